/** One field of a protobuf message: a number for a varint, and the bytes of all other kinds. */
export interface Field {
  readonly number: number;
  readonly varint: number;
  readonly bytes: Buffer;
}

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

const NONE = Buffer.alloc(0);

/**
 * The fields of a message, as they come. Enough for the few messages that are read here: the package that Temporal's SDK brings reads its own alone.
 *
 * @throws RangeError when the message is cut off, or is none
 */
export function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = message.readUInt8(at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  };
  const bytes = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError('a message that is cut off');
    return message.subarray(at, (at += length));
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case VARINT:
        yield { number, varint: varint(), bytes: NONE };
        break;
      case FIXED_64:
        yield { number, varint: 0, bytes: bytes(8) };
        break;
      case BYTES:
        yield { number, varint: 0, bytes: bytes(varint()) };
        break;
      case FIXED_32:
        yield { number, varint: 0, bytes: bytes(4) };
        break;
      default:
        throw new RangeError(`a field of a kind that is not read: ${tag % 8}`);
    }
  }
}

/** All of a packed list of 8 bytes each. */
export function* eightBytesOf(packed: Buffer): Generator<Buffer> {
  for (let at = 0; at < packed.length; at += 8) yield packed.subarray(at, at + 8);
}

export function integer64(bytes: Buffer): number {
  return Number(bytes.readBigInt64LE(0));
}
