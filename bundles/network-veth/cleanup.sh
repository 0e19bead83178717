#!/bin/sh -e
ip netns delete ocits-example
