# PowerShell completion for domo-users
Register-ArgumentCompleter -Native -CommandName domo-users -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $earlier = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
    domo-users complete "=$wordToComplete" @earlier 2>$null | ForEach-Object {
        $value, $description = $_ -split "`t", 2
        # Without results PowerShell completes the names of files.
        if ($value -ne ':files') {
            if (-not $description) { $description = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
        }
    }
}
