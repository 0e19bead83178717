/** How many times slower than usual the machine is: all limits of the tests are so much longer. An emulated one sets it. */
export const patience = Number(process.env.PATIENCE ?? 1)
