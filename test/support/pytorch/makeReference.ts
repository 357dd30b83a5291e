/** `npx vite-node test/support/pytorch/makeReference.ts`: makes reference.json anew. Needs python3-torch; see CONTRIBUTING.md. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'prettier';
import { gradientCases } from './gradientCases';
import { storeGradient, type StoredReference } from './storedGradients';
import { torchGradients } from './torchGradients';

const cases = gradientCases();
const { torch, answers } = torchGradients(cases);
const reference: StoredReference = { torch, cases: {} };
answers.forEach(({ loss, nearestKink, gradients }, index) => {
  reference.cases[cases[index]!.name] = {
    loss,
    nearestKink,
    gradients: Object.fromEntries(
      [...gradients].map(([name, gradient]) => [name, storeGradient(name, gradient)]),
    ),
  };
});
const file = path.join(import.meta.dirname, 'reference.json');
await writeFile(file, await format(JSON.stringify(reference), { parser: 'json', printWidth: 110 }));
process.stdout.write(`${file}: ${cases.length} cases by PyTorch ${torch}\n`);
for (const [name, { nearestKink }] of Object.entries(reference.cases)) {
  process.stdout.write(`${name}: nearest kink ${nearestKink.toExponential(1)}\n`);
}
