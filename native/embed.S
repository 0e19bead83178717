/* What the executable carries: the bytecode of the two modules, and the container's init. The paths are the build's. */
.macro embed name, file
	.section .rodata.\name, "a", @progbits
	.balign 16
	.global \name\()_start, \name\()_end
\name\()_start:
	.incbin "\file"
\name\()_end:
	.byte 0
.endm

	embed ocits_init, "init"
#ifdef WITH_ENGINE
	embed ocits_hot, "hot.bin"
	embed ocits_cold, "cold.bin"
#endif
	.section .note.GNU-stack, "", @progbits
