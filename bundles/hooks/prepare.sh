#!/bin/sh -e
mkdir -p log
rm -f log/*
