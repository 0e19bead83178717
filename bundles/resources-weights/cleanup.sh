#!/bin/sh -e
cat scheduler >/sys/block/loop0/queue/scheduler
