/// Completion for fish.
struct FishCompletion {
    let table: CompletionTable

    var script: String {
        let name = "_\(table.identifier)_command"
        let program = table.program
        var lines = [
            "# Completion of \(program) for fish, made by '\(program) completion fish'.",
            "function \(name)",
            "    set -l words (commandline -opc)",
            "    switch \"$words[2] $words[3]\"",
            "        case \(table.pairs.map { quoted($0.name) }.joined(separator: " "))",
            "            echo \"$words[2] $words[3]\"",
            "        case '*'",
            "            echo \"$words[2]\"",
            "    end",
            "end",
            "complete -c \(program) -f",
        ]
        let isFirst = quoted("test (count (commandline -opc)) -eq 1")
        lines += table.firstWords.map { word, summary in
            "complete -c \(program) -n \(isFirst) -a \(word) -d \(quoted(summary))"
        }
        lines += ["help", "version"].map { "complete -c \(program) -n \(isFirst) -l \($0)" }
        for first in table.firstWords {
            let isSecond = quoted("test (count (commandline -opc)) -eq 2; and test (\(name)) = '\(first.word)'")
            lines += table.nextWords(after: first.word).map { word, summary in
                "complete -c \(program) -n \(isSecond) -a \(word) -d \(quoted(summary))"
            }
        }
        for entry in table.entries {
            let condition = quoted("test (\(name)) = '\(entry.name)'")
            lines += entry.flags.map { line($0, condition) }
            switch entry.argument {
            case .files: lines.append("complete -c \(program) -n \(condition) -F")
            case .words(let words):
                lines.append("complete -c \(program) -n \(condition) -a \(quoted(words.joined(separator: " ")))")
            case .any, nil: break
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ flag: CompletionTable.Flag, _ condition: String) -> String {
        let letter = flag.letter.map { " -s \($0)" } ?? ""
        let value: String =
            switch flag.value {
            case nil: ""
            case .any: " -x"
            case .files: " -r -F"
            case .words(let words): " -x -a \(quoted(words.joined(separator: " ")))"
            }
        return
            "complete -c \(table.program) -n \(condition) -l \(flag.name)\(letter)\(value) -d \(quoted(flag.summary))"
    }

    /// In single quotes fish takes a backslash before a quote or a backslash.
    private func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
