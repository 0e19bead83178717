#!/bin/bash
# gen-syscalls.sh: writes src/kernel/syscalls/syscalls.tsv, the numbers of every system call on every architecture that a
# seccomp profile may name. They come from the kernel headers of two Debian packages: linux-libc-dev of sid (the newest calls), and of
# trixie (the last one with the 31-bit s390). It installs nothing. After that run npx tsx scripts/gen-syscalls.ts, which needs no network.
# env: MIRROR  a Debian mirror; default: the one of apt
set -Eeuo pipefail
trap 'echo "gen-syscalls: line $LINENO failed: $BASH_COMMAND" >&2' ERR
cd "$(dirname "$(readlink -f "$0")")/.."
out=src/kernel/syscalls/syscalls.tsv
work=$(mktemp -d); trap 'rm -rf --one-file-system "$work"' EXIT

calls() { # ARCH SUITE HEADER [PREFIX [BASE]]: "ARCH name number" a line; the number is relative to the ABI's own base
  sed -nE "s/^#define (${4:-__NR_})([a-z0-9_]+)[[:space:]]+\(?(__[A-Za-z0-9_]+[ ]?\+[ ]?)?([0-9]+)\)?\$/\2 \4/p" \
    "$work/$2/usr/lib/linux/uapi/$3" | awk -v arch="$1" -v base="${5:-0}" '$1 !~ /^(un|re)(us|serv)ed[0-9]/ { print arch, $1, base + $2 }'
}

sid=$(scripts/unpack-deb.sh sid "$work/sid" linux-libc-dev); trixie=$(scripts/unpack-deb.sh trixie "$work/trixie" linux-libc-dev)
{
  calls x86_64 sid x86/asm/unistd_64.h
  calls x32 sid x86/asm/unistd_x32.h
  calls x86 sid x86/asm/unistd_32.h
  calls aarch64 sid arm64/asm/unistd_64.h
  calls arm sid arm/asm/unistd-eabi.h
  calls arm sid arm/asm/unistd.h __ARM_NR_ 983040
  calls riscv64 sid riscv/asm/unistd_64.h
  calls loongarch64 sid loongarch/asm/unistd_64.h
  calls ppc64 sid powerpc/asm/unistd_64.h
  calls ppc sid powerpc/asm/unistd_32.h
  calls s390x sid s390/asm/unistd_64.h
  calls s390 trixie s390/asm/unistd_32.h
  calls mips64 sid mips/asm/unistd_n64.h
  calls mips64n32 sid mips/asm/unistd_n32.h
  calls mips sid mips/asm/unistd_o32.h
  calls parisc sid parisc/asm/unistd_32.h
  calls parisc64 sid parisc/asm/unistd_64.h
  calls m68k sid m68k/asm/unistd_32.h
  calls sh sid sh/asm/unistd_32.h
} >"$work/calls"

{
  echo "# linux-libc-dev $sid, s390 of $trixie. Written by scripts/gen-syscalls.sh. To add: mips 4000, mips64 5000, mips64n32 6000, x32 2^30."
  awk '
    !($1 in column) { column[$1] = ++width; arch[width] = $1 }
    { number[$2, $1] = $3; name[$2] }
    END {
      line = "name"
      for (i = 1; i <= width; i++) line = line "\t" arch[i]
      print line
      sort = "LC_ALL=C sort"
      for (n in name) {
        line = n
        for (i = 1; i <= width; i++) line = line "\t" ((n, arch[i]) in number ? number[n, arch[i]] : "-")
        print line | sort
      }
      close(sort)
    }' "$work/calls"
} >"$out.new"
mv "$out.new" "$out"
echo "$out: $(($(wc -l <"$out") - 2)) names"
