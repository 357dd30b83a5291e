import { decodeCifarBinary } from '../../../src/core/data/cifarBinary';
import type { Dataset } from '../../../src/core/data/labelledImages';
import { decodeQuickSubset } from '../../../src/core/data/quickSubset';
import { createSynthetic } from '../../../src/core/data/synthetic';
import { DATASET_FACTS } from '../../../src/core/model/datasetFacts';
import type { DataSource } from '../../../src/protocol/uiWorkerContract';

/**
 * Decodes what the page handed over. Takes about two seconds for the quick subset.
 *
 * @throws PlaygroundError `data/...` if a file is damaged
 */
export function loadDataset(source: DataSource): Dataset {
  switch (source.kind) {
    case 'quick':
      return decodeQuickSubset(source.file);
    case 'full':
      return { train: decodeCifarBinary(source.train), test: decodeCifarBinary([source.test]) };
    case 'synthetic':
      return createSynthetic(source.seed, DATASET_FACTS.synthetic);
  }
}
