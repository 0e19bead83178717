#!/bin/sh -e
umount rootfs/proc
