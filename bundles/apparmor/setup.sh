#!/bin/sh -e
apparmor_parser --replace --skip-cache profile
