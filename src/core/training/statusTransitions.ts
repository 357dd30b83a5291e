import type { RunStatus } from './runEvents';

/**
 * Which status may follow which. Only `completed` is final: a stopped, failed or interrupted run can start again from its
 * checkpoints. `stopping -> completed` is a stop that came after the last step.
 */
const NEXT: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  idle: ['starting', 'stopped', 'failed', 'interrupted'],
  starting: ['running', 'paused', 'stopping', 'stopped', 'failed', 'interrupted'],
  running: ['paused', 'stopping', 'completed', 'stopped', 'failed', 'interrupted'],
  paused: ['running', 'stopping', 'stopped', 'failed', 'interrupted'],
  stopping: ['stopped', 'completed', 'failed', 'interrupted'],
  completed: [],
  stopped: ['starting'],
  failed: ['starting'],
  interrupted: ['starting'],
};

export function mayFollow(from: RunStatus, to: RunStatus): boolean {
  return NEXT[from].includes(to);
}

/** True while workers may still report about the run. */
export function isActive(status: RunStatus): boolean {
  return status === 'starting' || status === 'running' || status === 'paused' || status === 'stopping';
}

/** True once the run has ended, for now or for good. */
export function hasEnded(status: RunStatus): boolean {
  return status === 'completed' || status === 'stopped' || status === 'failed' || status === 'interrupted';
}

/** True if the run can go on from its checkpoints. */
export function isResumable(status: RunStatus): boolean {
  return hasEnded(status) && status !== 'completed';
}
