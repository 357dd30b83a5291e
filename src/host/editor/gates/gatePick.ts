/** The command "Choose Gates for This File…": which of several traces a file shows, or that nothing was said about it. */
import * as vscode from 'vscode';
import { PlaygroundError } from '../../../core/errors';
import { describeTrace } from '../../../core/excitation/describeTrace';
import { detailOf, type TraceSource } from '../../recordings/traceSource';
import {
  fitOf,
  fittingTraces,
  type Fitter,
  type FittingTrace,
  type SourcesToChooseFrom,
} from './chooseGates';
import type { FileChoice } from './fileChoice';

/** What the user wants of a file. */
export type GatePick =
  | { readonly kind: 'show'; readonly source: string; readonly family: string; readonly network: string }
  | { readonly kind: 'forget' }
  | { readonly kind: 'openRecording' };

interface PickRow extends vscode.QuickPickItem {
  /** Absent for separators. */
  pick?: () => Promise<GatePick | undefined>;
}

export interface GatePickContext {
  readonly sources: SourcesToChooseFrom;
  readonly fitter: Fitter | undefined;
  readonly choice: FileChoice;
  readonly fileName: string;
}

/** Undefined where the user left. @throws PlaygroundError where what was picked cannot be read or does not fit */
export async function pickGates(context: GatePickContext): Promise<GatePick | undefined> {
  const rows = rowsOf(context);
  const row = await vscode.window.showQuickPick(rows, {
    title: `Gates Beside ${context.fileName}`,
    placeHolder: 'Whose gates to show beside this file',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return row?.pick?.();
}

async function rowsOf(context: GatePickContext): Promise<PickRow[]> {
  const { sources, fitter, choice } = context;
  const unreadable: PickRow[] = [];
  const fitting = fitter
    ? await fittingTraces(sources, fitter, choice, (source, thrown) =>
        unreadable.push({
          label: source.label,
          detail: thrown instanceof Error ? thrown.message : String(thrown),
          pick: () => Promise.reject(PlaygroundError.from(thrown, 'data/trace')),
        }),
      )
    : [];
  const unread = (await sources.all()).filter(({ readUnasked }) => !readUnasked);
  const hasChosen = choice.source !== undefined || choice.answers.length > 0;
  return [
    ...section(
      'Fit this file',
      fitting.map((found) => fittingRow(found, choice)),
    ),
    ...section(
      'Large recordings, read when chosen',
      fitter ? unread.map((source) => unreadRow(source, fitter, choice)) : [],
    ),
    ...section('Cannot be read', unreadable),
    ...section('', [
      ...(hasChosen
        ? [
            {
              label: '$(discard) Forget what was chosen',
              description: 'The newest gates that fit are shown again',
              pick: () => Promise.resolve<GatePick>({ kind: 'forget' }),
            },
          ]
        : []),
      {
        label: '$(folder-opened) Open Recorded Excitations…',
        description: fitting.length === 0 ? 'Nothing that is known here fits this file' : '',
        pick: () => Promise.resolve<GatePick>({ kind: 'openRecording' }),
      },
    ]),
  ];
}

function section(label: string, rows: readonly PickRow[]): PickRow[] {
  return rows.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...rows];
}

const FITS: Readonly<Record<FittingTrace['match']['kind'], string>> = {
  certain: 'fits',
  open: 'may fit: as many blocks, with the same channels',
  changed: 'outdated: the file changed since',
};

function fittingRow(found: FittingTrace, choice: FileChoice): PickRow {
  const { source, trace, match } = found;
  const icon = source.kind === 'run' ? '$(beaker)' : '$(record)';
  return {
    label: `${icon} ${source.label}`,
    description: `${detailOf(source, trace)} · ${FITS[match.kind]}${choice.source === source.id ? ' · chosen' : ''}`,
    detail: describeTrace(trace),
    pick: () => pickNetwork(found),
  };
}

function unreadRow(source: TraceSource, fitter: Fitter, choice: FileChoice): PickRow {
  return {
    label: `$(record) ${source.label}`,
    pick: async () => {
      const found = fitOf(source, await source.read(), fitter, choice);
      if (!found) throw unfitting(source.label);
      return pickNetwork(found);
    },
  };
}

/** The network that made the gates: asked where several fit. */
export async function pickNetwork({ source, family, match }: FittingTrace): Promise<GatePick | undefined> {
  const networks =
    match.kind === 'open' ? match.placements.map(({ network }) => network) : [match.placement.network];
  const network =
    networks.length === 1
      ? networks[0]
      : await vscode.window.showQuickPick(networks, {
          title: `Network That ${source.label} Was Recorded From`,
          placeHolder: 'Several networks of this file have the same SE blocks',
        });
  return network === undefined ? undefined : { kind: 'show', source: source.id, family, network };
}

export function unfitting(label: string): PlaygroundError {
  return new PlaygroundError(
    'data/trace',
    `The gates of ${label} fit no network of this file. Open the file that was recorded.`,
  );
}
