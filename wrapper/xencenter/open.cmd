@rem Arguments, which XenCenter appends by itself: URL SESSION CLASS UUID. The session is not used here.
@setlocal
@set "host=%~1"
@if not "%host:~0,8%"=="https://" exit /b 1
@if not "%host:~-1%"=="/" set "host=%host%/"
@start "" "%host%pci-passthrough/#/%~3/%~4"
