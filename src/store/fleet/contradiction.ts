// A row that is here already comes with other words: one of the two histories is not the node's.

export class Contradiction extends Error {
  override readonly name = 'Contradiction';
  readonly stream: number;
  readonly seq: number;
  /** What is another than it was. */
  readonly part: 'check' | 'probe' | 'first look' | 'outcome';

  constructor(stream: number, seq: number, part: Contradiction['part']) {
    super(
      `row ${seq} of stream ${stream} came again with another ${part} than it had: the node's history went back to an earlier state, and what it tells from now on belongs into a stream of its own`,
    );
    this.stream = stream;
    this.seq = seq;
    this.part = part;
  }
}
