/// Completion for zsh, as a file for its `fpath` or to be sourced.
struct ZshCompletion {
    let table: CompletionTable

    var script: String {
        let name = table.identifier
        return """
            #compdef \(table.program)
            # Completion of \(table.program) for zsh, made by '\(table.program) completion zsh'.
            \(name)() {
                local -a offers
                local command=$words[2]
                local -i named=1
                if (( CURRENT == 2 )); then
                    offers=(\(described(table.firstWords)))
                    _describe command offers
                    _arguments --help --version
                    return
                fi
                if (( CURRENT == 3 )); then
                    case $command in
            \(groups)
                    esac
                else
                    case "$command $words[3]" in
                        (\(pairs)) command+=" $words[3]"; named=2 ;;
                    esac
                fi
                # What follows the command's name is what its own arguments are counted from.
                shift $named words
                (( CURRENT -= named ))
                case $command in
            \(commands)
                esac
            }
            if [[ $funcstack[1] == \(name) ]]; then
                \(name) "$@"
            else
                compdef \(name) \(table.program)
            fi

            """
    }

    private func described(_ offers: [(word: String, summary: String)]) -> String {
        offers.map { offer in
            CompletionTable.quoted("\(offer.word):\(offer.summary.replacing(":", with: "\\:"))")
        }.joined(separator: " ")
    }

    private var groups: String {
        table.firstWords.compactMap { first in
            let next = table.nextWords(after: first.word)
            guard !next.isEmpty else { return nil }
            return "            (\(first.word)) offers=(\(described(next))); _describe command offers ;;"
        }.joined(separator: "\n")
    }

    private var pairs: String { table.pairs.map { CompletionTable.quoted($0.name) }.joined(separator: "|") }

    private var commands: String {
        table.entries.map { entry in
            var specifications = entry.flags.flatMap(specifications)
            if let argument = entry.argument {
                specifications.append(CompletionTable.quoted("*: :\(action(argument))"))
            }
            return
                "        (\(CompletionTable.quoted(entry.name))) _arguments -s \(specifications.joined(separator: " ")) ;;"
        }.joined(separator: "\n")
    }

    /// One for each spelling; one that was given shuts the other out, unless it may be repeated.
    private func specifications(_ flag: CompletionTable.Flag) -> [String] {
        let others = flag.isRepeated ? "*" : "(\(flag.spellings.joined(separator: " ")))"
        let summary = escaped(flag.summary)
        let value = flag.value.map { ":\(escaped(flag.placeholder)):\(action($0))" } ?? ""
        return flag.spellings.map { spelling in
            let takes = flag.value == nil ? "" : spelling.hasPrefix("--") ? "=" : "+"
            return CompletionTable.quoted("\(others)\(spelling)\(takes)[\(summary)]\(value)")
        }
    }

    private func action(_ value: CompletionTable.Value) -> String {
        switch value {
        case .any: " "
        case .files: "_files"
        case .words(let words): "(\(words.joined(separator: " ")))"
        }
    }

    private func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("[", with: "\\[").replacing("]", with: "\\]")
            .replacing(":", with: "\\:")
    }
}
