#pragma once
/* The init, a static executable, as bytes. */
extern const unsigned char ocits_init_start[], ocits_init_end[];
