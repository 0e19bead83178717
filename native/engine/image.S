/* What engine.h calls the image; WITHOUT it the executable can only make one. The path is the build's. */
	.section .rodata.ocits_image_size, "a", @progbits
	.balign 8
	.global ocits_image_size
ocits_image_size:
#ifdef WITHOUT
	.quad 0
#else
	.quad image_end - image_start
	.section .image, "awR", @progbits
	.balign 4096
image_start:
	.incbin "image"
image_end:
#endif
	.section .note.GNU-stack, "", @progbits
