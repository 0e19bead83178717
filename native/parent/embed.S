/* What the executable carries: the container's init, and the bytecode of late modules. The paths are the build's. */
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
	embed ocits_cold, "cold.packed"
	embed ocits_faults, "faults.packed"
	embed ocits_exec, "exec.packed"
	embed ocits_events, "events.packed"
	embed ocits_later, "later.packed"
	embed ocits_teacher, "teacher.packed"
	embed ocits_systemd, "systemd.packed"
	embed ocits_namespaces, "namespaces.packed"
	embed ocits_checkpoint, "checkpoint.packed"
	embed ocits_network, "network.packed"
	embed ocits_mounts, "mounts.packed"
#endif
	.section .note.GNU-stack, "", @progbits
