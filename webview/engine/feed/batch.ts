/** Images as the network takes them. The arrays are reused by the next batch: make tensors of them and use these before asking for it. */
export interface Batch {
  /** [n, 32, 32, 3] float32, normalised. */
  images: Float32Array;
  /** [n] class indices. */
  labels: Int32Array;
}
