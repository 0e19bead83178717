#!/bin/sh -e
umount outside/sub
