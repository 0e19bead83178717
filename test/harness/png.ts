import { inflateSync } from 'node:zlib'

/** A picture: a colour for each point, as `#rrggbb`. */
export type Picture = {
  readonly width: number
  readonly height: number
  readonly at: (x: number, y: number) => string
}

/** Reads a PNG with 8 bits per channel, red, green, blue and perhaps alpha, not interlaced, as browsers write it (PNG, third edition). */
export function pictureOf(png: Buffer): Picture {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const channels = { 2: 3, 6: 4 }[png[25] ?? 0]
  if (png.toString('latin1', 1, 4) !== 'PNG' || png[24] !== 8 || channels === undefined || png[28] !== 0)
    throw new Error('it is no picture of that kind')
  const data: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  const rows = unfiltered(inflateSync(Buffer.concat(data)), { size: width * channels, height, channels })
  return {
    width,
    height,
    at: (x, y) => `#${rows.toString('hex', (y * width + x) * channels, (y * width + x) * channels + 3)}`,
  }
}

type Shape = { readonly size: number; readonly height: number; readonly channels: number }

// Each row begins with the number of the filter that computes its bytes from those to the left and above (section 9).
function unfiltered(from: Buffer, { size, height, channels }: Shape): Buffer {
  const to = Buffer.alloc(size * height)
  for (let y = 0; y < height; y++) {
    const filter = from[y * (size + 1)] ?? 0
    for (let x = 0; x < size; x++) {
      const i = y * size + x
      const left = x >= channels ? (to[i - channels] ?? 0) : 0
      const above = y > 0 ? (to[i - size] ?? 0) : 0
      const corner = x >= channels && y > 0 ? (to[i - size - channels] ?? 0) : 0
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0
      to[i] = (from[y * (size + 1) + 1 + x] ?? 0) + guess
    }
  }
  return to
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)]
  return a <= b && a <= c ? left : b <= c ? above : corner
}
