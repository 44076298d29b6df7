#!/bin/sh
# bundle.sh SCRIPT FILE...: writes a script that carries these files, and runs the first of them where it gets to.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
script=${1##*/}
cp "$@" "$folder"
cat <<END
#!/bin/sh
set -eu
folder=\$(mktemp -d /tmp/pci-passthrough.XXXXXX)
trap 'rm -rf "\$folder"' EXIT
tail -n +8 "\$0" | tar xf - -C "\$folder"
sh "\$folder/$script" "\$@"
exit
END
tar cf - -C "$folder" .
