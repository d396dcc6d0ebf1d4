/// Completion for bash 3.2 and later, without the package bash-completion.
struct BashCompletion {
    let table: CompletionTable

    var script: String {
        let name = table.identifier
        return """
            # Completion of \(table.program) for bash, made by '\(table.program) completion bash'.
            \(name)() {
                local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}"
                local IFS=$' \\t\\n' flags= kind=
                # bash takes --flag=value apart at the '='.
                if [ "$cur" = '=' ]; then
                    cur=
                elif [ "$prev" = '=' ] && [ "$COMP_CWORD" -gt 2 ]; then
                    prev="${COMP_WORDS[COMP_CWORD-2]}"
                fi
                COMPREPLY=()
                if [ "$COMP_CWORD" -eq 1 ]; then
                    COMPREPLY=($(compgen -W \(words(table.firstWords.map(\.word) + ["--help", "--version"])) -- "$cur"))
                    return
                fi
                if [ "$COMP_CWORD" -eq 2 ]; then
                    case "$command" in
            \(groups)
                    esac
                else
                    case "$command ${COMP_WORDS[2]}" in
                        \(pairs)) command="$command ${COMP_WORDS[2]}" ;;
                    esac
                fi
                case "$command $prev" in
            \(values)
                esac
                case "$command" in
            \(commands)
                esac
                case "$cur" in
                    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
                    *)
                        case "$kind" in
                            files)
                                IFS=$'\\n'
                                compopt -o filenames 2>/dev/null
                                COMPREPLY=($(compgen -f -- "$cur"))
                                ;;
                            ?*) COMPREPLY+=($(compgen -W "$kind" -- "$cur")) ;;
                        esac
                        ;;
                esac
            }
            complete -F \(name) \(table.program)

            """
    }

    private func words(_ words: [String]) -> String { CompletionTable.quoted(words.joined(separator: " ")) }

    private var groups: String {
        table.firstWords.compactMap { first in
            let next = table.nextWords(after: first.word).map(\.word)
            guard !next.isEmpty else { return nil }
            return "            \(first.word)) COMPREPLY=($(compgen -W \(words(next)) -- \"$cur\")) ;;"
        }.joined(separator: "\n")
    }

    private var pairs: String { table.pairs.map { CompletionTable.quoted($0.name) }.joined(separator: " | ") }

    /// What follows a flag that takes a value.
    private var values: String {
        table.entries.flatMap { entry in
            entry.flags.compactMap { flag -> String? in
                guard let value = flag.value else { return nil }
                let pattern = flag.spellings.map { CompletionTable.quoted("\(entry.name) \($0)") }
                return "        \(pattern.joined(separator: " | "))) \(answer(to: value)) ;;"
            }
        }.joined(separator: "\n")
    }

    private func answer(to value: CompletionTable.Value) -> String {
        switch value {
        case .any: "return"
        case .files:
            "IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$cur\")); return"
        case .words(let choices): "COMPREPLY=($(compgen -W \(words(choices)) -- \"$cur\")); return"
        }
    }

    private var commands: String {
        table.entries.map { entry in
            let kind: String =
                switch entry.argument {
                case .files: " kind=files"
                case .words(let choices): " kind=\(words(choices))"
                case .any, nil: ""
                }
            return
                "        \(CompletionTable.quoted(entry.name))) flags=\(words(entry.flags.flatMap(\.spellings)))\(kind) ;;"
        }.joined(separator: "\n")
    }
}
