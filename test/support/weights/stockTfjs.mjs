// Logits of a TensorFlow.js model, by nothing but stock TensorFlow.js: a process of its own, in which no kernel or layer of ours is registered.
// Usage: stockTfjs.mjs FOLDER; standard input: images as JSON, {"shape": [N, H, W, C], "values": base64 of float32}. Prints [N, classes] as JSON.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import * as tf from '@tensorflow/tfjs';

const [folder = ''] = process.argv.slice(2);
const { shape, values } = JSON.parse(await text(process.stdin));
const bytes = Uint8Array.from(Buffer.from(values, 'base64'));

// As in the wild: the page is given the address of model.json, and finds the weights from there.
const server = createServer((request, response) => {
  readFile(path.join(folder, path.basename(request.url ?? ''))).then(
    (content) => response.end(content),
    () => response.writeHead(404).end(),
  );
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('no port');

await tf.setBackend('cpu');
const model = await tf.loadLayersModel(`http://127.0.0.1:${address.port}/model.json`);
const logits = model.predict(tf.tensor4d(new Float32Array(bytes.buffer), shape));
if (Array.isArray(logits)) throw new Error('one output was expected');
process.stdout.write(JSON.stringify(await logits.array()));
server.close();
server.closeAllConnections();
