#!/bin/sh -e
mkdir -p outside
mount --bind outside outside
mount --make-private outside
mount --make-shared outside
mkdir -p outside/sub outside/inside
