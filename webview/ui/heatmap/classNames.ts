export { classNames } from '../../../src/core/data/classNames';
