import { CLAMP_TARGETS, type ClampTarget } from '../../../../src/core/excitation/gateEdit';
import type { SeBlock } from '../../../../src/core/model/graph';
import { button, dropdown, numberField } from '../../controls/toolkit';
import { element, setText } from '../../dom/element';
import { whatToLookFor } from './findings';
import { allBlocks, eachBlock, eachStage, ofBlock, TARGET_LABEL, type KnockOut } from './knockOuts';

export interface KnockOutForm {
  readonly element: HTMLElement;
  show(shown: { blocks: readonly SeBlock[]; busy: boolean }): void;
}

/** What to clamp, and to what. */
export function knockOutForm(order: {
  knockOut(wanted: readonly KnockOut[]): void;
  sweep(block: SeBlock, to: ClampTarget): void;
}): KnockOutForm {
  let blocks: readonly SeBlock[] = [];
  let busy = false;
  let to: ClampTarget = 'mean';
  let blockId = '';
  let channelText = '';
  const lookFor = element('p', { class: 'lead' });
  const change = () => {
    const block = chosen();
    targetList.show({ choices: TARGETS, value: to });
    blockList.show({ choices: blocks.map(({ id }) => ({ value: id, label: id })), value: block?.id ?? '' });
    const { problem } = readChannel(channelText, block);
    channelField.show({ value: channelText, problem });
    setText(lookFor, whatToLookFor(to));
    for (const made of [everyBlock, everyStage, whole, sweep]) made.show({ disabled: busy || !block });
    one.show({ disabled: busy || !block || problem !== undefined });
  };
  const chosen = () => blocks.find(({ id }) => id === blockId) ?? blocks.at(-1);
  const targetList = dropdown({
    label: 'Clamp gates to',
    onChange: (value) => {
      to = CLAMP_TARGETS.find((target) => target === value) ?? to;
      change();
    },
  });
  const blockList = dropdown({
    label: 'Block',
    onChange: (value) => {
      blockId = value;
      change();
    },
  });
  const channelField = numberField({
    label: 'Channel (empty: all)',
    onInput: (text) => {
      channelText = text;
      change();
    },
  });
  const everyBlock = button({
    text: 'Each block in turn',
    appearance: 'primary',
    onClick: () => order.knockOut(eachBlock(blocks, to)),
  });
  const everyStage = button({
    text: 'Each stage in turn',
    onClick: () => order.knockOut(eachStage(blocks, to)),
  });
  const whole = button({
    text: 'All blocks at once',
    onClick: () => order.knockOut([allBlocks(blocks, to)]),
  });
  const one = button({
    text: 'Knock out',
    onClick: () => {
      const block = chosen();
      const { channel } = readChannel(channelText, block);
      if (block && channel !== undefined) order.knockOut([ofBlock(block.id, channel, to)]);
    },
  });
  const sweep = button({
    text: 'Each channel of the block in turn',
    onClick: () => {
      const block = chosen();
      if (block) order.sweep(block, to);
    },
  });
  return {
    element: element(
      'div',
      { class: 'knock-out-form' },
      lookFor,
      element(
        'div',
        { class: 'knock-out-row' },
        targetList.element,
        element('div', { class: 'buttons' }, everyBlock.element, everyStage.element, whole.element),
      ),
      element(
        'div',
        { class: 'knock-out-row' },
        blockList.element,
        channelField.element,
        element('div', { class: 'buttons' }, one.element, sweep.element),
      ),
    ),
    show: (shown) => {
      ({ blocks, busy } = shown);
      change();
    },
  };
}

const TARGETS = CLAMP_TARGETS.map((target) => ({ value: target, label: TARGET_LABEL[target] }));

/** The channel that the text says: null for all, undefined where there is a problem. */
function readChannel(
  text: string,
  block: SeBlock | undefined,
): { channel?: number | null; problem?: string } {
  if (text.trim() === '') return { channel: null };
  const channel = /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : NaN;
  if (block && channel < block.channels) return { channel };
  return { problem: block ? `A whole number from 0 to ${block.channels - 1}.` : 'There is no block.' };
}
