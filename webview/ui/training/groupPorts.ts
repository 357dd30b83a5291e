/** A line between every two of `size` workers: the ports of each worker, in the order of the other ranks. */
export function groupPorts(size: number): MessagePort[][] {
  const ports: MessagePort[][] = Array.from({ length: size }, () => []);
  for (let low = 0; low < size; low++) {
    for (let high = low + 1; high < size; high++) {
      const { port1, port2 } = new MessageChannel();
      ports[low]?.push(port1);
      ports[high]?.push(port2);
    }
  }
  return ports;
}
