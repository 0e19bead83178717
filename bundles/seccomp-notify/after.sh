#!/bin/sh -e
cat agent.log
