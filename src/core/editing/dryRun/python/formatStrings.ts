/** Reads f-strings. */
import type { SyntaxNode } from '@lezer/common';
import { unescaped } from '../code/escapes';
import type { TextPart } from '../code/code';
import type { ExpressionReader } from './nodeSpans';
import { stringShape } from './stringLiteral';

/** The pieces of an f-string token. */
export function formatParts(reader: ExpressionReader, node: SyntaxNode): TextPart[] {
  const { raw, opening, closing } = stringShape(reader.slice(node));
  const plain = (from: number, to: number): TextPart[] =>
    from < to
      ? [unescaped(reader.text.slice(from, to), raw).replace(/\{\{|\}\}/g, (pair) => pair.charAt(0))]
      : [];
  const parts: TextPart[] = [];
  let position = node.from + opening;
  for (const hole of node.getChildren('FormatReplacement')) {
    parts.push(...plain(position, hole.from), ...replacement(reader, hole));
    position = hole.to;
  }
  return [...parts, ...plain(position, node.to - closing)];
}

function replacement(reader: ExpressionReader, node: SyntaxNode): TextPart[] {
  const parts = reader.parts(node);
  const [value] = parts.slice(1);
  if (!value) return [];
  const specNode = node.getChild('FormatSpec');
  const spec: TextPart[] = [];
  if (specNode) {
    let position = specNode.from + 1;
    for (const nested of specNode.getChildren('FormatReplacement')) {
      spec.push(reader.text.slice(position, nested.from), ...replacement(reader, nested));
      position = nested.to;
    }
    spec.push(reader.text.slice(position, specNode.to));
  }
  const conversion = node.getChild('FormatConversion');
  const read: TextPart = {
    value: reader.expression(value),
    conversion: conversion ? reader.slice(conversion).slice(1) : '',
    spec,
  };
  return node.getChild('FormatSelfDoc') ? [`${reader.slice(value)}=`, read] : [read];
}
