#!/bin/sh -e
apparmor_parser --remove profile
