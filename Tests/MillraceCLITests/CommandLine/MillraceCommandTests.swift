import Synchronization
import Testing

@testable import Millrace
@testable import MillraceCLI

@Suite struct MillraceCommandTests {
    enum Mode: String, CaseIterable, Sendable { case slow, fast }

    /// Says what it was given.
    struct Probe: Command {
        static let name = "probe"
        static let summary = "Says what it was given."
        static let details = "A paragraph."
        static let topic = Flag.required("topic", letter: "t", "TOPIC", .string, "A topic.")
        static let limit = Flag.value("limit", letter: "n", "N", .integer(in: 1...10), default: 3, "A limit.")
        static let wait = Flag.optional("wait", "TIME", .duration(), "A time.")
        static let mode = Flag.value("mode", "MODE", .choice(Mode.self), default: .slow, "A mode.")
        static let key = Flag.repeated("key", "KEY", .string, "Keys.")
        static let json = Flag.toggle("json", "JSON.")
        static let flags: [any FlagDefinition] = [topic, limit, wait, mode, key, json]
        static let arguments: [Argument] = [.required("FILE", "A file."), .optional("OTHER", "Another.")]

        static func run(_ invocation: Invocation) async throws -> ExitCode {
            let wait = invocation[wait].map { "\($0)" } ?? "-"
            try invocation.output.writeLine(
                "\(invocation[topic]) \(invocation[limit]) \(wait) \(invocation[mode]) \(invocation[key]) "
                    + "\(invocation[json]) \(invocation.arguments)")
            return .success
        }
    }

    /// Ends as it is told.
    struct Failing: Command {
        struct Odd: Error {}
        static let name = "fail hard"
        static let summary = "Fails."
        static let arguments: [Argument] = [.required("HOW", "How.")]

        static func run(_ invocation: Invocation) async throws -> ExitCode {
            switch invocation.arguments[0] {
            case "command": throw CommandError(.unavailable, "the broker is away", hint: "start it")
            case "faults":
                throw OptionFaults([OptionFault(.unknownKey, at: OptionPath().appending("a"), "unknown key")])
            case "closed": throw OutputError.closed
            case "full": throw OutputError.failed("No space left on device")
            case "resumable": return .resumable
            default: throw Odd()
            }
        }
    }

    private func run(_ words: String...) async -> (code: ExitCode, output: String, messages: String) {
        let output = Gathered()
        let messages = Gathered()
        let code = await MillraceCommand.run(
            words, processors: .forTests, commands: [Probe.self, Failing.self], environment: [:],
            output: output.stream, messages: messages.stream)
        return (code, String(decoding: output.bytes, as: UTF8.self), String(decoding: messages.bytes, as: UTF8.self))
    }

    @Test func flagsHaveTypesAndDefaults() async {
        #expect(await run("probe", "--topic", "t", "f").output == "t 3 - slow [] false [\"f\"]\n")
        let all = await run(
            "probe", "-t", "t", "--limit=7", "f", "--wait", "1m", "--mode", "fast", "--key", "a", "--key=b=c", "--json",
            "--", "--g")
        #expect(all.output == "t 7 60.0 seconds fast [\"a\", \"b=c\"] true [\"f\", \"--g\"]\n")
        #expect(await run("probe", "-t", "-", "-").output == "- 3 - slow [] false [\"-\"]\n")
        #expect(await run("probe", "--topic=", "f").output == " 3 - slow [] false [\"f\"]\n")
    }

    @Test(arguments: [
        (["probe", "f"], "flag '--topic TOPIC' is missing: A topic."),
        (["probe", "-t", "t"], "FILE is missing: A file."),
        (["probe", "-t", "t", "a", "b", "c"], "unexpected argument 'c'"),
        (["probe", "--tpoic", "t", "f"], "unknown flag '--tpoic'; did you mean '--topic'?"),
        (["probe", "-x", "f"], "unknown flag '-x'"),
        (["probe", "-t"], "flag '-t' needs a value: a text"),
        (["probe", "-t", "--json", "f"], "flag '-t' needs a value: a text"),
        (["probe", "-t", "a", "-t", "b", "f"], "flag '-t' is given twice"),
        (["probe", "--json=yes", "-t", "t", "f"], "flag '--json' takes no value"),
        (["probe", "-t", "t", "f", "-n", "11"], "--limit: out of range, found '11'; allowed: a whole number, 1 to 10"),
        (
            ["probe", "-t", "t", "f", "--mode", "fats"],
            "--mode: not valid here, found 'fats'; did you mean 'fast'? allowed: slow, fast"
        ),
    ])
    func aWrongCommandLineEndsWith64(words: [String], message: String) async {
        let output = Gathered()
        let messages = Gathered()
        let code = await MillraceCommand.run(
            words, commands: [Probe.self], environment: [:], output: output.stream, messages: messages.stream)
        #expect(code == .usage)
        #expect(output.bytes.isEmpty)
        #expect(
            String(decoding: messages.bytes, as: UTF8.self)
                == "millrace probe: \(message)\nSee 'millrace probe --help'.\n")
    }

    @Test func unknownCommandsAreNamed() async {
        #expect(await run("prob").messages.hasPrefix("millrace: unknown command 'prob'; did you mean 'probe'?\n"))
        #expect(
            await run("config", "chekc").messages.contains(
                "unknown command 'config chekc'; did you mean 'config check'?"))
        #expect(await run("config").messages.contains("'config' is one of: config init, config check, config print"))
        #expect(await run("--json", "probe").messages.contains("a command comes before the flag '--json'"))
        #expect(await run("xyzzy").code == .usage)
    }

    @Test(arguments: [
        ("command", ExitCode.unavailable, "millrace fail hard: the broker is away\nstart it\n"),
        ("faults", .configuration, "a: unknown key\nmillrace fail hard: 1 fault in the configuration\n"),
        ("closed", .success, ""),
        ("full", .inputOutput, "millrace fail hard: cannot write to stdout: No space left on device\n"),
        ("resumable", .resumable, ""),
        ("odd", .internal, "millrace fail hard: internal error: Odd()\n"),
    ])
    func whatACommandThrowsBecomesACode(how: String, code: ExitCode, messages: String) async {
        let ended = await run("fail", "hard", how)
        #expect(ended.code == code)
        #expect(ended.messages == messages)
    }

    @Test func aReaderThatWentAwayIsNoFault() async {
        let closed = TextOutput(capacity: 1 << 16) { _ throws(OutputError) in throw .closed }
        let messages = Gathered()
        let code = await MillraceCommand.run(
            ["help"], environment: [:], output: closed, messages: messages.stream)
        #expect(code == .success)
        #expect(messages.bytes.isEmpty)
    }

    @Test func aFullDiskIsAFault() async {
        let full = TextOutput(capacity: 1 << 16) { _ throws(OutputError) in throw .failed("No space left on device") }
        let code = await MillraceCommand.run(
            ["help"], environment: [:], output: full, messages: Gathered().stream)
        #expect(code == .inputOutput)
    }

    @Test func helpNamesCommandsFlagsAndExitCodes() async {
        let help = await run("--help")
        #expect(help.code == .success)
        for name in ["config init", "config check", "config print", "processors", "help", "probe", "fail hard"] {
            #expect(help.output.contains("\n  \(name) "), "\(name)")
        }
        for code in [0, 64, 65, 69, 70, 74, 75, 77, 78] { #expect(help.output.contains("\n  \(code) "), "\(code)") }
        #expect(await run("help").output == help.output)
        #expect(await run().code == .usage)
        #expect(await run().messages == help.output)
        #expect(!help.output.contains("\u{1B}"))
    }

    @Test func aCommandsHelpNamesItsFlags() async {
        let help = await run("probe", "--help").output
        #expect(
            help == """
                Usage: millrace probe --topic TOPIC [FLAGS] FILE [OTHER]

                Says what it was given.

                A paragraph.

                Arguments:
                  FILE   A file.
                  OTHER  Another.

                Flags:
                  -t, --topic TOPIC  A topic. Required.
                  -n, --limit N      A limit. Default: 3.
                  --wait TIME        A time.
                  --mode MODE        A mode. Default: slow.
                  --key KEY          Keys. May be repeated.
                  --json             JSON.
                  -h, --help         This help.

                """)
        #expect(await run("help", "probe").output == help)
        #expect(await run("config", "--help").output.contains("config check"))
        #expect(await run("help", "config").output.contains("config check"))
        #expect(await run("config", "check", "-h").output.hasPrefix("Usage: millrace config check [FLAGS]"))
    }

    @Test func everyCommandSaysWhatItDoes() {
        for command in CommandTable.builtInCommands {
            #expect(command.summary.hasSuffix("."), "\(command.name)")
            #expect(command.details.split(separator: "\n").allSatisfy { $0.count <= 96 }, "\(command.name)")
            let names = command.flags.map(\.entry.name)
            #expect(Set(names).count == names.count, "\(command.name)")
            let letters = command.flags.compactMap(\.entry.letter)
            #expect(Set(letters).count == letters.count, "\(command.name)")
            #expect(!letters.contains("h") && !names.contains("help"), "\(command.name)")
        }
    }

    @Test func theVersion() async {
        #expect(await run("--version").output == "millrace \(MillraceVersion.current)\n")
    }

    @Test func aCommandOfTheSameNameTakesThePlace() async {
        struct Own: Command {
            static let name = "help"
            static let summary = "Mine."
            static func run(_ invocation: Invocation) async throws -> ExitCode {
                try invocation.output.writeLine("mine")
                return .success
            }
        }
        let output = Gathered()
        _ = await MillraceCommand.run(
            ["help"], commands: [Own.self], environment: [:], output: output.stream, messages: Gathered().stream)
        #expect(String(decoding: output.bytes, as: UTF8.self) == "mine\n")
    }
}
