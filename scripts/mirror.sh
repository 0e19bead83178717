#!/bin/bash
# mirror.sh: prints the Debian mirror in the settings of apt, if apt has fetched its lists, or else the common one.
{ apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 2>/dev/null; echo Debian Debian http://deb.debian.org/debian/; } |
  awk '$1 == "Debian" && $2 == "Debian" && !found { print $3; found = 1 }'
