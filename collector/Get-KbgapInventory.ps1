<#
.SYNOPSIS
Writes what kbgap needs to know of this computer as one JSON document (kbgap-inventory/1): to a file, to standard output, or to a
kbgap server. Reads only; needs no administrator, no module and PowerShell 2.0 or later.
.PARAMETER OutFile
File to write, in UTF-8; it appears whole under its name, or not at all.
.PARAMETER Url
Base address of a kbgap server, e.g. https://kbgap.example; with a client of the role Report.Write.All: -TenantId, -ClientId and
-ClientSecret (or the variable KBGAP_CLIENT_SECRET), or with a -Token (KBGAP_TOKEN), which lasts an hour.
.PARAMETER Tag
Tags of the device, e.g. site:berlin.
.PARAMETER MaxDelaySeconds
Waits a random time up to this before it sends, so that a whole fleet does not report in one second.
#>
param([string]$OutFile, [string]$Url, [string]$Token = $env:KBGAP_TOKEN, [string]$TenantId, [string]$ClientId, [string]$ClientSecret = $env:KBGAP_CLIENT_SECRET,
    [string[]]$Tag = @(), [int]$MaxDelaySeconds = 0)
Set-StrictMode -Off; $ErrorActionPreference = 'Stop'
$Tag = @($Tag | ForEach-Object { $_ -split ',' })
# A 32-bit PowerShell on 64-bit Windows is shown another registry: start the native one instead.
$native = "$env:windir\sysnative\WindowsPowerShell\v1.0\powershell.exe"
if ($env:PROCESSOR_ARCHITEW6432 -and $MyInvocation.MyCommand.Path -and (Test-Path $native)) {
    $again = @('-NoProfile', '-ExecutionPolicy', 'Bypass', '-File', $MyInvocation.MyCommand.Path, '-MaxDelaySeconds', $MaxDelaySeconds)
    foreach ($pair in @(@('-OutFile', $OutFile), @('-Url', $Url), @('-TenantId', $TenantId), @('-ClientId', $ClientId), @('-Tag', ($Tag -join ',')))) { if ($pair[1]) { $again += $pair } }
    $env:KBGAP_TOKEN = $Token; $env:KBGAP_CLIENT_SECRET = $ClientSecret
    & $native $again
    exit $LASTEXITCODE
}

# One look-up that fails costs that look-up; one value that cannot be read must not hide the others of its key.
function Read-Safely([scriptblock]$Look) { try { & $Look } catch { } }
function Read-Key([string]$Path) {
    $found = @{}
    try { $key = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($Path); foreach ($name in $key.GetValueNames()) { try { $found[$name] = $key.GetValue($name) } catch { } } } catch { }
    $found
}
function Read-SubKeyNames([string]$Path) { try { [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($Path).GetSubKeyNames() } catch { } }
function Format-Text([string]$Text) { '"' + [regex]::Replace($Text, '[^ !#-\[\]-~]', { param($match) '\u{0:x4}' -f [int][char]$match.Value }) + '"' }
# Texts, numbers, yes and no, $null; @(..) is a list, a hashtable an object.
function Format-Json($Value) {
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [bool]) { return $Value.ToString().ToLower() }
    if ($Value -is [int] -or $Value -is [long]) { return $Value.ToString([Globalization.CultureInfo]::InvariantCulture) }
    if ($Value -is [Collections.IDictionary]) { return '{' + (@($Value.Keys | Sort-Object | ForEach-Object { (Format-Text $_) + ':' + (Format-Json $Value[$_]) }) -join ',') + '}' }
    if ($Value -is [Array]) { return '[' + (@($Value | ForEach-Object { Format-Json $_ }) -join ',') + ']' }
    Format-Text ([string]$Value)
}

# The operating system. UBR is absent on Windows Server 2012 (R2), the major number before Windows 10.
$current = Read-Key 'SOFTWARE\Microsoft\Windows NT\CurrentVersion'
if (-not $current.CurrentBuildNumber) { [Console]::Error.WriteLine('kbgap: the registry key Windows NT\CurrentVersion cannot be read'); exit 1 }
$version = if ($current.CurrentMajorVersionNumber) { "$($current.CurrentMajorVersionNumber).$($current.CurrentMinorVersionNumber)" } else { $current.CurrentVersion }
$build = "$version.$($current.CurrentBuildNumber)" # CurrentBuild is "Obsolete data" on XP and 2003
if ($current.UBR) { $build = "$build.$($current.UBR)" }
$os = @{
    name = $current.ProductName; build = $build; displayVersion = $current.DisplayVersion; editionId = $current.EditionID; installationType = $current.InstallationType
    architecture = (Read-Key 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment').PROCESSOR_ARCHITECTURE
}

# Installed updates: what Windows lists, and the packages of its servicing: 112 is installed, 5 is until the next restart, 96 is from then on.
$updates = @{}; $asked = $false; $rollup = $null # asked: and the answer was that there is none
$strength = @{ installed = 5; pending = 4; staged = 3; superseded = 2 }
function Add-Update([string]$Kb, [string]$State, $Day) {
    if (-not $updates.ContainsKey($Kb) -or $strength[$State] -gt $strength[$updates[$Kb].state]) { $updates[$Kb] = @{ kb = $Kb; installedOn = $Day; state = $State } }
}
try {
    $query = if (Get-Command Get-CimInstance -ErrorAction SilentlyContinue) { 'Get-CimInstance' } else { 'Get-WmiObject' }
    $fixes = @(& $query Win32_QuickFixEngineering); $asked = $fixes.Count -eq 0
    foreach ($fix in $fixes) {
        $day = $null
        try { $day = ([datetime]$fix.InstalledOn).ToString('yyyy-MM-dd', [Globalization.CultureInfo]::InvariantCulture) } catch { }
        if ($fix.HotFixID -match '^(KB\d{6,7})(?!\d)') { Add-Update $matches[1] 'installed' $day }
    }
} catch { }
$states = @{ 5 = 'installed'; 64 = 'staged'; 80 = 'superseded'; 96 = 'pending'; 101 = 'staged'; 112 = 'installed'; 128 = 'installed' }
$cbs = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing'
$pending = Read-Safely { (Test-Path "HKLM:\$cbs\RebootPending") -or (Test-Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired') }
foreach ($name in @(Read-SubKeyNames "$cbs\Packages" | Where-Object { $_ -like 'Package_for_*' })) {
    $code = [int](Read-Safely { [int](Read-Key "$cbs\Packages\$name").CurrentState })
    if ($code -eq 5 -or $code -eq 96) { $pending = $true }
    if ($states[$code] -and $name -match '^Package_for_RollupFix~.*~(\d+)\.(\d+)') {
        $level = [long]$matches[1] * 100000 + [long]$matches[2]
        if ($states[$code] -eq 'installed' -and ($null -eq $rollup -or $level -gt $rollup.level)) { $rollup = @{ level = $level; name = $name } }
    } elseif ($states[$code] -and $name -match '^Package_for_(KB\d{6,7})~') { Add-Update $matches[1] $states[$code] $null }
}
if ($rollup) { $os.rollupLevel = $rollup.name }

# Programs of both registry views. Updates of Office (MSI) stand there as entries of their own, and nowhere else.
$software = @{}
function Add-Software([string]$Name, [string]$Vendor, [string]$Version) { $software["$Name|$Version"] = @{ name = $Name; vendor = $Vendor; version = $Version } }
$editions = @{ '10.0' = '2008'; '10.50' = '2008 R2'; '11.0' = '2012'; '12.0' = '2014'; '13.0' = '2016'; '14.0' = '2017'; '15.0' = '2019'; '16.0' = '2022'; '17.0' = '2025' }
foreach ($view in 'SOFTWARE', 'SOFTWARE\Wow6432Node') {
    foreach ($name in @(Read-SubKeyNames "$view\Microsoft\Windows\CurrentVersion\Uninstall")) {
        $entry = Read-Key "$view\Microsoft\Windows\CurrentVersion\Uninstall\$name"
        if ($entry.DisplayName -match '\((KB\d{6,7})\)') { Add-Update $matches[1] 'installed' $null }
        elseif ($entry.DisplayName -and -not $entry.ParentKeyName -and $entry.SystemComponent -ne 1) { Add-Software $entry.DisplayName $entry.Publisher $entry.DisplayVersion }
    }
    foreach ($instance in @((Read-Key "$view\Microsoft\Microsoft SQL Server\Instance Names\SQL").Values)) {
        $patch = (Read-Key "$view\Microsoft\Microsoft SQL Server\$instance\Setup").PatchLevel
        $major = if ($patch -match '^10\.5') { '10.50' } elseif ($patch -match '^(\d+)\.') { "$($matches[1]).0" } else { '' }
        if ($editions[$major]) { Add-Software "Microsoft SQL Server $($editions[$major])" 'Microsoft Corporation' $patch }
    }
}
$file = if ($env:ExchangeInstallPath) { Read-Safely { (Get-Item "$env:ExchangeInstallPath\bin\ExSetup.exe").VersionInfo } }
if ($file -and $file.FileMajorPart) {
    $named = @{ '15.0' = '2013'; '15.1' = '2016'; '15.2' = '2019'; '14.0' = '2010'; '14.1' = '2010'; '14.2' = '2010'; '14.3' = '2010' }["$($file.FileMajorPart).$($file.FileMinorPart)"]
    if ($named -eq '2019' -and $file.FileBuildPart -ge 2562) { $named = 'Subscription Edition' }
    Add-Software "Microsoft Exchange Server $named" 'Microsoft Corporation' ('{0}.{1}.{2}.{3}' -f $file.FileMajorPart, $file.FileMinorPart, $file.FileBuildPart, $file.FilePrivatePart)
}
if ((Read-Key 'SOFTWARE\Microsoft\Windows Defender').InstallLocation -match 'Platform\\([\d.]+)') { Add-Software 'Microsoft Defender Antivirus' 'Microsoft Corporation' $matches[1] }

# .NET Framework by the lowest release number of each version (Microsoft Learn, "Determine which .NET Framework versions are installed").
$release = [int](Read-Safely { [int](Read-Key 'SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full').Release })
$steps = @(@(533320, '4.8.1'), @(528040, '4.8'), @(461808, '4.7.2'), @(461308, '4.7.1'), @(460798, '4.7'), @(394802, '4.6.2'), @(394254, '4.6.1'), @(393295, '4.6'), @(379893, '4.5.2'), @(378675, '4.5.1'), @(378389, '4.5'))
$frameworks = @($steps | Where-Object { $release -ge $_[0] } | ForEach-Object { $_[1] } | Select-Object -First 1)
foreach ($old in @(@('v3.5', '3.5'), @('v3.0', '3.0'), @('v2.0.50727', '2.0'))) { if ((Read-Key "SOFTWARE\Microsoft\NET Framework Setup\NDP\$($old[0])").Install -eq 1) { $frameworks += $old[1] } }
$explorer = Read-Key 'SOFTWARE\Microsoft\Internet Explorer'; $tcpip = Read-Key 'SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'; $machine = (Read-Key 'SOFTWARE\Microsoft\Cryptography').MachineGuid
$addresses = @(Read-Safely { [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces() } | Where-Object { $_.OperationalStatus -eq 'Up' -and $_.NetworkInterfaceType -ne 'Loopback' } |
    ForEach-Object { $link = $_; Read-Safely { $link.GetIPProperties().UnicastAddresses } } | Where-Object { $_.Address } | ForEach-Object { $_.Address.ToString() -replace '%.*$' } | Where-Object { $_ -notlike 'fe80:*' })
$json = Format-Json @{
    schema = 'kbgap-inventory/1'; observedAt = [datetime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    device = @{ name = (@($tcpip.Hostname, $tcpip.Domain) | Where-Object { $_ }) -join '.'; tags = @($Tag); ipAddresses = $addresses; sourceId = $(if ($machine) { "collector:$machine" }) }
    os = $os; updates = @($updates.Values); updatesComplete = ($asked -and $updates.Count -eq 0); software = @($software.Values); pendingReboot = $pending
    components = @{ dotnetFramework = $frameworks; internetExplorer = $(if ($explorer.svcVersion) { $explorer.svcVersion } else { $explorer.Version }) }
}

if ($OutFile) {
    $file = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutFile)
    [IO.File]::WriteAllText("$file.tmp", $json)
    Move-Item -LiteralPath "$file.tmp" -Destination $file -Force
} elseif (-not $Url) { $json }
if (-not $Url) { exit 0 }
if ($MaxDelaySeconds -gt 0) { Start-Sleep -Seconds (New-Object Random).Next($MaxDelaySeconds) }
try { $on = [int][Net.ServicePointManager]::SecurityProtocol; [Net.ServicePointManager]::SecurityProtocol = [Enum]::ToObject([Net.SecurityProtocolType], ($on -bor 3072)) } catch { } # TLS 1.2; before .NET 4.5 it has no name, and no plain number converts to it
for ($attempt = 1; ; $attempt++) {
    try {
        $client = New-Object Net.WebClient
        if ($ClientId) {
            $form = New-Object Collections.Specialized.NameValueCollection
            $form.Add('grant_type', 'client_credentials'); $form.Add('client_id', $ClientId); $form.Add('client_secret', $ClientSecret); $form.Add('scope', 'https://api.securitycenter.microsoft.com/.default')
            $answer = [Text.Encoding]::UTF8.GetString($client.UploadValues("$($Url.TrimEnd('/'))/$TenantId/oauth2/v2.0/token", $form))
            if ($answer -match '"access_token"\s*:\s*"([^"]+)"') { $Token = $matches[1] }
        }
        $client.Headers.Add('Authorization', "Bearer $Token")
        [void]$client.UploadData("$($Url.TrimEnd('/'))/v1/reports", 'POST', [Text.Encoding]::UTF8.GetBytes($json))
        exit 0
    } catch {
        if ($attempt -ge 3) { [Console]::Error.WriteLine("kbgap: $Url did not take the report: $($_.Exception.Message)"); exit 1 }
        Start-Sleep -Seconds (10 * $attempt)
    }
}
