#!/bin/sh -e
umount data/sub
