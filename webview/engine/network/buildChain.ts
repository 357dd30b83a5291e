import * as tf from '@tensorflow/tfjs-core';
import type { NodeId, ParamInfo } from '../../../src/core/model/graph';
import type { ChainLink, ConvChain, LinkWeights } from '../kernels/chainTypes';
import { convChainInference, convChainTraining } from '../kernels/convChain';
import type { BuiltNode, NodeForward } from './buildNode';
import { findVariable, movingAverages, variableOf } from './buildNode';
import type { NetworkParameter } from './network';
import type { ChainNodes, LinkNodes } from './planSteps';

/** What a chain computes: [images, residual tensor?] -> [N, H', W', C]. */
export function buildChain(nodes: ChainNodes, built: (id: NodeId) => BuiltNode): NodeForward {
  const { links, shortcut, residual } = nodes;
  const last = links.at(-1)!;
  const { excitation } = last;
  const block = excitation && built(excitation.id);
  const ofBlock = block?.parameters ?? [];
  const chain: ConvChain = {
    attributes: {
      links: links.map(settingsOf),
      ...(shortcut && { shortcut: settingsOf(shortcut) }),
      residual,
      relu: last.relu !== undefined,
      inputGradient: links[0]?.convolution.inputs[0] !== 'input',
      ...(excitation && { gate: excitation.attributes.gate }),
    },
    links: links.map((link) => weightsOf(link, built)),
    shortcut: shortcut && weightsOf(shortcut, built),
    excitation: excitation && {
      w1: tensorOf(ofBlock, 'w1'),
      b1: findVariable(ofBlock, 'b1') as tf.Tensor1D | undefined,
      w2: tensorOf(ofBlock, 'w2'),
      b2: findVariable(ofBlock, 'b2') as tf.Tensor1D | undefined,
    },
    composeExcitation: block?.layer && ((x, after, clamp) => block.layer!.applyWithGates(x, after, clamp)),
  };
  const moving = [...links, ...(shortcut ? [shortcut] : [])].map(({ norm }) =>
    movingAverages(built(norm.id).parameters, norm.attributes.momentum),
  );
  const statistics = moving.map((one) => one.statistics);
  return ([x, added], { training, onGates, clampOf }) =>
    tf.tidy(() => {
      const [images, tensor] = [x as tf.Tensor4D, added as tf.Tensor4D | undefined];
      const tell = excitation && onGates && ((gates: tf.Tensor2D) => onGates(excitation.id, gates));
      return training
        ? convChainTraining(chain, images, tensor, (link, batch) => moving[link]!.move(batch), tell)
        : convChainInference(chain, images, tensor, statistics, {
            onGates: tell,
            clamp: excitation && clampOf?.(excitation.id),
          });
    });
}

function settingsOf({ convolution, norm }: LinkNodes): ChainLink {
  const { stride, padding } = convolution.attributes;
  return { strides: stride, pad: padding, epsilon: norm.attributes.epsilon };
}

function weightsOf({ convolution, norm }: LinkNodes, built: (id: NodeId) => BuiltNode): LinkWeights {
  const ofNorm = built(norm.id).parameters;
  return {
    filter: tensorOf(built(convolution.id).parameters, 'weight'),
    gamma: tensorOf(ofNorm, 'gamma'),
    beta: tensorOf(ofNorm, 'beta'),
  };
}

function tensorOf<T extends tf.Tensor>(parameters: readonly NetworkParameter[], role: ParamInfo['role']): T {
  return variableOf(parameters, role) as tf.Tensor as T;
}
