#!/bin/sh -e
umount outside
