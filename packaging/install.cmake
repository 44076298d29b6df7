# cmake --install: what stands where on a host. packaging/pci-passthrough.spec packs the same tree.
set(program_directory /usr/libexec/pci-passthrough)
set(documents /usr/share/doc/pci-passthrough)
set(bugtool /etc/xensource/bugtool)
set(units /usr/lib/systemd/system)
set(page /opt/xensource/www/pci-passthrough)

install(TARGETS pci-passthrough DESTINATION ${program_directory})
install(FILES LICENSE DESTINATION ${documents})
install(FILES README.md DESTINATION ${documents} OPTIONAL)
install(FILES packaging/bugtool/pci-passthrough.xml DESTINATION ${bugtool})
install(FILES packaging/bugtool/stuff.xml DESTINATION ${bugtool}/pci-passthrough)
install(FILES packaging/pci-passthrough-trial.service packaging/pci-passthrough-auto.service
  DESTINATION ${units})
install(PROGRAMS packaging/pci-passthrough-trial.init DESTINATION /etc/rc.d/init.d
  RENAME pci-passthrough-trial)
install(DIRECTORY wrapper/page/ DESTINATION ${page} PATTERN tab.html EXCLUDE)
install(DIRECTORY DESTINATION /var/lib/pci-passthrough
  DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
install(FILES packaging/no-backups-yet DESTINATION /var/lib/pci-passthrough RENAME README
  PERMISSIONS OWNER_READ OWNER_WRITE)

function(install_link target link)
  cmake_path(GET link PARENT_PATH folder)
  install(CODE "
    file(MAKE_DIRECTORY \"\$ENV{DESTDIR}${folder}\")
    file(CREATE_LINK ${target} \"\$ENV{DESTDIR}${link}\" SYMBOLIC)")
endfunction()
install_link(../libexec/pci-passthrough/pci-passthrough /usr/sbin/pci-passthrough)
install_link(../../..${program_directory}/pci-passthrough /etc/xapi.d/plugins/pci-passthrough)
install_link(../pci-passthrough-trial.service
  ${units}/multi-user.target.wants/pci-passthrough-trial.service)
foreach(target multi-user emergency)
  install_link(../pci-passthrough-auto.service
    ${units}/${target}.target.wants/pci-passthrough-auto.service)
endforeach()
install_link(../init.d/pci-passthrough-trial /etc/rc.d/rc3.d/S99pci-passthrough-trial)

# What the program itself prints, so that it cannot differ from what the program knows.
function(install_output option file)
  cmake_path(GET file PARENT_PATH folder)
  install(CODE "
    file(MAKE_DIRECTORY \"\$ENV{DESTDIR}${folder}\")
    execute_process(COMMAND \"$<TARGET_FILE:pci-passthrough>\" ${option}
      OUTPUT_FILE \"\$ENV{DESTDIR}${file}\" COMMAND_ERROR_IS_FATAL ANY)")
endfunction()
install_output(--man /usr/share/man/man8/pci-passthrough.8)
install_output(--completion /etc/bash_completion.d/pci-passthrough)
