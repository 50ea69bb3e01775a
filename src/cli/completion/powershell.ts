/** The script for PowerShell: `deck completion powershell | Out-String | Invoke-Expression`. */

export const powershellScript = `# PowerShell completion of deck. To have it in every shell, add to $PROFILE: deck completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName deck, kdeck -ScriptBlock {
  param($current, $ast, $position)
  $elements = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $position -or ($_.Extent.EndOffset -eq $position -and "$current" -eq '') })
  $program = "$($ast.CommandElements[0])"
  $words = @($elements | Select-Object -Skip 1 | ForEach-Object { "$_".Trim('"', "'") })
  # Windows PowerShell drops empty arguments.
  $last = if ("$current" -eq '') { '""' } else { "$current" }
  $lines = @(& $program __complete @words $last 2>$null)
  if ($LASTEXITCODE -ne 0 -or $lines.Count -eq 0) { return }
  $directive = [int]($lines[-1].TrimStart(':'))
  $lines = @($lines | Select-Object -SkipLast 1)
  $prefix = if ("$current" -match '^--[^=]*=') { $Matches[0] } else { '' }
  $value = "$current".Substring($prefix.Length)
  if ($directive -band 24) {
    $endings = $lines | ForEach-Object { ".$_" }
    Get-ChildItem -Path "$value*" -ErrorAction SilentlyContinue |
      Where-Object { $_.PSIsContainer -or (($directive -band 8) -and $endings -contains $_.Extension) } |
      ForEach-Object {
        $path = Join-Path (Split-Path "$value*") $_.Name
        [System.Management.Automation.CompletionResult]::new("$prefix$path", $_.Name, 'ProviderItem', $_.Name)
      }
    return
  }
  # Nothing offered lets PowerShell complete files.
  if ($lines.Count -eq 0 -and ($directive -band 4)) { return '' }
  $lines | ForEach-Object {
    $word, $help = $_ -split "\`t", 2
    $end = if ($directive -band 2) { '' } else { ' ' }
    [System.Management.Automation.CompletionResult]::new("$prefix$word$end", $word, 'ParameterValue', $(if ($help) { $help } else { $word }))
  }
}
`
