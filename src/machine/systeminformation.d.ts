// One part of the library by itself: the whole of it takes three times the memory, and nothing else of it reads files only.
declare module 'systeminformation/lib/memory.js' {
  export const mem: typeof import('systeminformation')['mem'];
}
