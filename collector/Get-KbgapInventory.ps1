<#
.SYNOPSIS
Writes what kbgap needs to know of this computer as one JSON document (kbgap-inventory/1): to a file, to standard output, or to a
kbgap server. Reads only; needs no administrator, no module and PowerShell 2.0 or later.
.PARAMETER OutFile
File to write, in UTF-8.
.PARAMETER Url
Base address of a kbgap server, e.g. https://kbgap.example; with -Token (or the variable KBGAP_TOKEN) of the role Report.Write.All.
.PARAMETER Tag
Tags of the device, e.g. site:berlin.
.PARAMETER MaxDelaySeconds
Waits a random time up to this before it sends, so that a whole fleet does not report in one second.
#>
param([string]$OutFile, [string]$Url, [string]$Token = $env:KBGAP_TOKEN, [string[]]$Tag = @(), [int]$MaxDelaySeconds = 0)
$ErrorActionPreference = 'Stop'
$Tag = @($Tag | ForEach-Object { $_ -split ',' })
# A 32-bit PowerShell on 64-bit Windows is shown another registry: start the native one instead.
if ($env:PROCESSOR_ARCHITEW6432 -and (Test-Path "$env:windir\sysnative\WindowsPowerShell\v1.0\powershell.exe")) {
    $again = @('-NoProfile', '-ExecutionPolicy', 'Bypass', '-File', $MyInvocation.MyCommand.Path)
    if ($OutFile) { $again += @('-OutFile', $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutFile)) }
    if ($Url) { $again += @('-Url', $Url, '-MaxDelaySeconds', $MaxDelaySeconds) }
    if ($Tag.Count -gt 0) { $again += @('-Tag', ($Tag -join ',')) }
    $env:KBGAP_TOKEN = $Token
    & "$env:windir\sysnative\WindowsPowerShell\v1.0\powershell.exe" $again
    exit $LASTEXITCODE
}

function Read-Key([string]$Path) { try { Get-ItemProperty -LiteralPath "HKLM:\$Path" } catch { $null } }
function Read-SubKeyNames([string]$Path) { try { [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($Path).GetSubKeyNames() } catch { } }
function Format-Text([string]$Text) {
    '"' + [regex]::Replace($Text, '[^ !#-\[\]-~]', { param($match) '\u{0:x4}' -f [int][char]$match.Value }) + '"'
}
# Texts, numbers, yes and no, $null; @(..) is a list, a hashtable an object.
function Format-Json($Value) {
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [bool]) { return $Value.ToString().ToLower() }
    if ($Value -is [int] -or $Value -is [long]) { return $Value.ToString([Globalization.CultureInfo]::InvariantCulture) }
    if ($Value -is [Collections.IDictionary]) {
        $pairs = @($Value.Keys | Sort-Object | ForEach-Object { (Format-Text $_) + ':' + (Format-Json $Value[$_]) })
        return '{' + ($pairs -join ',') + '}'
    }
    if ($Value -is [Array]) { return '[' + (@($Value | ForEach-Object { Format-Json $_ }) -join ',') + ']' }
    Format-Text ([string]$Value)
}
function Format-Day($Date) { try { ([datetime]$Date).ToString('yyyy-MM-dd', [Globalization.CultureInfo]::InvariantCulture) } catch { $null } }

# The operating system. UBR is absent on Windows Server 2012 (R2), the major number before Windows 10.
$current = Read-Key 'SOFTWARE\Microsoft\Windows NT\CurrentVersion'
$version = if ($current.CurrentMajorVersionNumber) { "$($current.CurrentMajorVersionNumber).$($current.CurrentMinorVersionNumber)" } else { $current.CurrentVersion }
$build = "$version.$($current.CurrentBuild)"
if ($current.UBR) { $build = "$build.$($current.UBR)" }
$os = @{
    name = $current.ProductName; build = $build; displayVersion = $current.DisplayVersion; editionId = $current.EditionID
    architecture = (Read-Key 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment').PROCESSOR_ARCHITECTURE
    installationType = $current.InstallationType
}

# Installed updates: what Windows lists, and the packages of its servicing (state 112 is installed, 96 waits for a restart).
$updates = @{}
$asked = $false
try {
    $query = if (Get-Command Get-CimInstance -ErrorAction SilentlyContinue) { 'Get-CimInstance' } else { 'Get-WmiObject' }
    foreach ($fix in @(& $query Win32_QuickFixEngineering)) {
        if ($fix.HotFixID -match '^KB\d{6,7}$') { $updates[$fix.HotFixID] = @{ kb = $fix.HotFixID; installedOn = Format-Day $fix.InstalledOn; state = 'installed' } }
    }
    $asked = $true
} catch { }
$states = @{ 5 = 'uninstalled'; 64 = 'staged'; 80 = 'superseded'; 96 = 'pending'; 112 = 'installed' }
$cbs = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing'
$rollup = $null
$pending = (Test-Path "HKLM:\$cbs\RebootPending") -or (Test-Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired')
foreach ($name in @(Read-SubKeyNames "$cbs\Packages" | Where-Object { $_ -like 'Package_for_*' })) {
    $state = $states[[int](Read-Key "$cbs\Packages\$name").CurrentState]
    if (-not $state) { continue }
    if ($state -eq 'pending') { $pending = $true }
    if ($name -match '^Package_for_RollupFix~.*~(\d+)\.(\d+)') {
        $level = [long]$matches[1] * 100000 + [long]$matches[2]
        if ($state -eq 'installed' -and ($null -eq $rollup -or $level -gt $rollup.level)) { $rollup = @{ level = $level; name = $name } }
    }
    elseif ($name -match '^Package_for_(KB\d{6,7})~' -and -not $updates.ContainsKey($matches[1])) { $updates[$matches[1]] = @{ kb = $matches[1]; state = $state } }
}
if ($rollup) { $os.rollupLevel = $rollup.name }

# Programs of both registry views. Updates of Office (MSI) stand there as entries of their own, and nowhere else.
$software = @{}
function Add-Software([string]$Name, [string]$Vendor, [string]$Version) { if ($Name) { $software["$Name|$Version"] = @{ name = $Name; vendor = $Vendor; version = $Version } } }
foreach ($view in 'SOFTWARE', 'SOFTWARE\Wow6432Node') {
    $place = "$view\Microsoft\Windows\CurrentVersion\Uninstall"
    foreach ($name in @(Read-SubKeyNames $place)) {
        $entry = Read-Key "$place\$name"
        if (-not $entry -or -not $entry.DisplayName) { continue }
        if ($entry.DisplayName -match '\((KB\d{6,7})\)') { if (-not $updates.ContainsKey($matches[1])) { $updates[$matches[1]] = @{ kb = $matches[1]; state = 'installed' } } }
        elseif (-not $entry.ParentKeyName -and $entry.SystemComponent -ne 1) { Add-Software $entry.DisplayName $entry.Publisher $entry.DisplayVersion }
    }
}
$editions = @{ '10.0' = '2008'; '10.50' = '2008 R2'; '11.0' = '2012'; '12.0' = '2014'; '13.0' = '2016'; '14.0' = '2017'; '15.0' = '2019'; '16.0' = '2022'; '17.0' = '2025' }
$sql = Read-Key 'SOFTWARE\Microsoft\Microsoft SQL Server\Instance Names\SQL'
if ($sql) {
    foreach ($instance in @($sql.PSObject.Properties | Where-Object { $_.Name -notlike 'PS*' })) {
        $patch = (Read-Key "SOFTWARE\Microsoft\Microsoft SQL Server\$($instance.Value)\Setup").PatchLevel
        if ($patch -match '^(10\.5|\d+)' ) {
            $major = if ($matches[1] -eq '10.5') { '10.50' } else { "$($matches[1]).0" }
            Add-Software "Microsoft SQL Server $($editions[$major]) (64-bit)" 'Microsoft Corporation' $patch
        }
    }
}
if ($env:ExchangeInstallPath -and (Test-Path "$env:ExchangeInstallPath\bin\ExSetup.exe")) {
    $exchange = (Get-Item "$env:ExchangeInstallPath\bin\ExSetup.exe").VersionInfo
    $number = '{0}.{1}.{2}.{3}' -f $exchange.FileMajorPart, $exchange.FileMinorPart, $exchange.FileBuildPart, $exchange.FilePrivatePart
    $named = @{ 0 = '2013'; 1 = '2016'; 2 = '2019' }[$exchange.FileMinorPart]
    if ($exchange.FileMinorPart -eq 2 -and $exchange.FileBuildPart -ge 2562) { $named = 'Subscription Edition' }
    Add-Software "Microsoft Exchange Server $named" 'Microsoft Corporation' $number
}
if ((Read-Key 'SOFTWARE\Microsoft\Windows Defender').InstallLocation -match 'Platform\\([\d.]+)') { Add-Software 'Microsoft Defender Antivirus' 'Microsoft Corporation' $matches[1] }

# .NET Framework by the lowest release number of each version (Microsoft Learn, "Determine which .NET Framework versions are installed").
$frameworks = @()
$release = [int](Read-Key 'SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full').Release
foreach ($step in @(@(533320, '4.8.1'), @(528040, '4.8'), @(461808, '4.7.2'), @(461308, '4.7.1'), @(460798, '4.7'), @(394802, '4.6.2'), @(394254, '4.6.1'), @(393295, '4.6'), @(379893, '4.5.2'), @(378675, '4.5.1'), @(378389, '4.5'))) {
    if ($release -ge $step[0]) { $frameworks += $step[1]; break }
}
foreach ($old in @(@('v3.5', '3.5'), @('v3.0', '3.0'), @('v2.0.50727', '2.0'))) { if ((Read-Key "SOFTWARE\Microsoft\NET Framework Setup\NDP\$($old[0])").Install -eq 1) { $frameworks += $old[1] } }
$explorer = Read-Key 'SOFTWARE\Microsoft\Internet Explorer'

$tcpip = Read-Key 'SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
$addresses = @([Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces() | Where-Object { $_.OperationalStatus -eq 'Up' -and $_.NetworkInterfaceType -ne 'Loopback' } |
    ForEach-Object { $_.GetIPProperties().UnicastAddresses } | ForEach-Object { $_.Address.ToString() -replace '%.*$' } | Where-Object { $_ -notlike 'fe80:*' })
$json = Format-Json @{
    schema = 'kbgap-inventory/1'; observedAt = [datetime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    device = @{ name = (@($tcpip.Hostname, $tcpip.Domain) | Where-Object { $_ }) -join '.'; tags = @($Tag); ipAddresses = $addresses; sourceId = "collector:$((Read-Key 'SOFTWARE\Microsoft\Cryptography').MachineGuid)" }
    os = $os; updates = @($updates.Values); updatesComplete = ($asked -and $updates.Count -eq 0); software = @($software.Values)
    components = @{ dotnetFramework = $frameworks; internetExplorer = $(if ($explorer.svcVersion) { $explorer.svcVersion } else { $explorer.Version }) }; pendingReboot = $pending
}

if ($OutFile) { [IO.File]::WriteAllText($ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutFile), $json) }
elseif (-not $Url) { $json }
if (-not $Url) { exit 0 }
if ($MaxDelaySeconds -gt 0) { Start-Sleep -Seconds (New-Object Random).Next($MaxDelaySeconds) }
try { [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 3072 } catch { } # TLS 1.2, off by default before .NET 4.7
for ($attempt = 1; ; $attempt++) {
    try {
        $client = New-Object Net.WebClient
        $client.Headers.Add('Authorization', "Bearer $Token")
        [void]$client.UploadData("$($Url.TrimEnd('/'))/v1/reports", 'POST', [Text.Encoding]::UTF8.GetBytes($json))
        exit 0
    } catch {
        if ($attempt -ge 3) { [Console]::Error.WriteLine("kbgap: $Url did not take the report: $($_.Exception.Message)"); exit 1 }
        Start-Sleep -Seconds (10 * $attempt)
    }
}
