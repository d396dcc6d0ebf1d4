/// What a shell may offer, made from the table of commands.
struct CompletionTable {
    /// What stands where a flag or a command takes a value.
    enum Value: Equatable {
        /// Nothing that anybody could guess.
        case any
        case files
        case words([String])
    }

    struct Flag {
        var name: String
        var letter: Character?
        var summary: String
        /// Nil: it takes none.
        var value: Value?
        var placeholder: String
        var isRepeated: Bool

        /// As they are typed.
        var spellings: [String] { ["--\(name)"] + (letter.map { ["-\($0)"] } ?? []) }
    }

    struct Entry {
        /// One word or two.
        var words: [String]
        var summary: String
        var flags: [Flag]
        /// What it takes by place; nil: nothing.
        var argument: Value?

        var name: String { words.joined(separator: " ") }
    }

    let program: String
    let entries: [Entry]

    init(_ table: CommandTable) {
        program = table.program
        let names = Self.unique(table.commands.flatMap { $0.words })
        func value(of placeholder: String) -> Value {
            let choices = Self.choices(placeholder)
            if !choices.isEmpty { return .words(choices) }
            switch placeholder {
            case "FILE": return .files
            case "COMMAND": return .words(names)
            default: return .any
            }
        }
        entries = table.commands.map { command in
            let help = Flag(
                name: "help", letter: "h", summary: "This help.", value: nil, placeholder: "", isRepeated: false)
            let flags = command.flags.map(\.entry).map { flag in
                Flag(
                    name: flag.name, letter: flag.letter, summary: flag.summary,
                    value: flag.placeholder.map { value(of: $0) }, placeholder: flag.placeholder ?? "",
                    isRepeated: flag.isRepeated)
            }
            return Entry(
                words: command.words, summary: command.summary, flags: flags + [help],
                argument: command.arguments.first.map { value(of: $0.placeholder) })
        }
    }

    /// What may stand first, and in a few words what it is.
    var firstWords: [(word: String, summary: String)] {
        Self.unique(entries.map { $0.words[0] }).map { first in
            let own = entries.first { $0.words == [first] }?.summary
            return (first, own ?? nextWords(after: first).map(\.word).joined(separator: ", "))
        }
    }

    /// What may stand after a first word, and what it is.
    func nextWords(after first: String) -> [(word: String, summary: String)] {
        entries.filter { $0.words.count > 1 && $0.words[0] == first }.map { ($0.words[1], $0.summary) }
    }

    /// The commands of two words.
    var pairs: [Entry] { entries.filter { $0.words.count > 1 } }

    /// The program's name as part of a function's.
    var identifier: String {
        "_" + String(program.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// The words that may stand for a placeholder as they are: of `TIME|offset:N|earliest` the last.
    static func choices(_ placeholder: String) -> [String] {
        let parts = placeholder.split(separator: "|").map(String.init)
        return parts.count < 2 ? [] : parts.filter { $0.first?.isLowercase == true && !$0.contains(":") }
    }

    /// Text as one word of a shell that takes single quotes.
    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

    private static func unique(_ words: [String]) -> [String] {
        words.enumerated().filter { !words[..<$0.offset].contains($0.element) }.map(\.element)
    }
}
