import Foundation
import Millrace
import MillraceTesting
import Testing

@testable import MillraceCLI

/// The scripts are judged by the shells that they are for.
@Suite struct CompletionTests {
    private func script(_ shell: String) async throws -> [UInt8] {
        let run = try await CommandRun.of(["completion", shell])
        #expect(run.code == .success && run.messages.isEmpty)
        return run.output
    }

    /// What bash offers for the last of the words.
    private func offers(_ words: [String], _ folder: TemporaryFolder) throws -> [String] {
        try folder.write(
            Array(
                """
                source "$1"; shift
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
                _millrace
                printf '%s\\n' "${COMPREPLY[@]}"
                """.utf8), to: "ask")
        let output = try ChildProcess.run(
            try Programs.installed("bash"), [folder.path("ask"), folder.path("script")] + words)
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func bashOffersWhatMayStandThere() async throws {
        let folder = try TemporaryFolder("completion")
        try folder.write(try await script("bash"), to: "script")
        let first = try offers(["millrace", ""], folder)
        #expect(Set(first).isSuperset(of: ["run", "deadletter", "config", "help", "--version"]))
        #expect(first.count == Set(first).count, "a group stands there once")
        #expect(try offers(["millrace", "de"], folder) == ["demo", "deadletter"])
        #expect(try offers(["millrace", "config", "c"], folder) == ["check"])
        #expect(try offers(["millrace", "deadletter", "list", "--pro"], folder) == ["--processor", "--progress"])
        #expect(try offers(["millrace", "produce", "-"], folder).contains("-t"))
        #expect(try offers(["millrace", "produce", "--mode", ""], folder) == ["structured", "binary"])
        #expect(try offers(["millrace", "produce", "--mode", "=", "b"], folder) == ["binary"])
        #expect(try offers(["millrace", "produce", "--mode", "="], folder) == ["structured", "binary"])
        #expect(try offers(["millrace", "produce", "--topic", ""], folder).isEmpty, "nobody can guess")
        #expect(try offers(["millrace", "completion", ""], folder) == ["bash", "zsh", "fish"])
        #expect(try offers(["millrace", "help", "deadl"], folder) == ["deadletter"])
        #expect(try offers(["millrace", "nothing", "--"], folder).isEmpty)
        try folder.write([], to: "a file")
        for words in [["produce"], ["run", "--config"], ["run", "-c"], ["config", "check"]] {
            #expect(
                try offers(["millrace"] + words + [folder.path("a f")], folder) == [folder.path("a file")], "\(words)")
        }
    }

    @Test func aProgramOfAnotherNameHasItsOwn() async throws {
        let output = Gathered()
        _ = await MillraceCommand.run(
            ["completion", "bash"], program: "order-alerts", environment: [:], output: output.stream,
            messages: Gathered().stream)
        let text = String(decoding: output.bytes, as: UTF8.self)
        #expect(text.contains("complete -F _order_alerts order-alerts\n") && !text.contains("millrace"))
    }

    @Test func anotherShellIsRefused() async throws {
        let run = try await CommandRun.of(["completion", "tcsh"])
        #expect(run.code == .usage && run.messages.contains("no completion for 'tcsh'; allowed: bash, zsh, fish"))
    }

    private static func isInstalled(_ program: String) -> Bool { (try? Programs.installed(program)) != nil }

    @Test(.enabled(if: isInstalled("fish"), "needs fish: Scripts/setup tests installs it"))
    func fishOffersWhatMayStandThere() async throws {
        let folder = try TemporaryFolder("completion")
        try folder.write(try await script("fish"), to: "script")
        func offers(_ line: String) throws -> [String] {
            let output = try ChildProcess.run(
                try Programs.installed("fish"),
                ["--no-config", "-c", "source $argv[1]; complete -C $argv[2]", folder.path("script"), line])
            return String(decoding: output, as: UTF8.self).split(separator: "\n")
                .map { String($0.prefix { $0 != "\t" }) }
        }
        #expect(Set(try offers("millrace de")) == ["demo", "deadletter"])
        #expect(try offers("millrace config c") == ["check"])
        #expect(Set(try offers("millrace produce --mode ")) == ["structured", "binary"])
        #expect(Set(try offers("millrace deadletter list --pro")) == ["--processor", "--progress"])
        #expect(try offers("millrace completion z") == ["zsh"])
        try folder.write([], to: "a file")
        #expect(try offers("millrace produce \(folder.url.path)/a").contains { $0.hasSuffix("a file") })
    }

    /// What zsh completes at the end of the line, as somebody at a terminal who presses the tab key sees it.
    @Test(
        .enabled(if: isInstalled("zsh"), "needs zsh: Scripts/setup tests installs it"),
        arguments: [
            ("millrace deadl", "millrace deadletter"), ("millrace config ch", "millrace config check"),
            ("millrace produce --mode b", "millrace produce --mode binary"),
            ("millrace produce --mode=s", "millrace produce --mode=structured"),
            ("millrace deadletter list --proc", "millrace deadletter list --processor"),
            ("millrace config check --conn", "millrace config check --connect-timeout"),
            ("millrace completion z", "millrace completion zsh"),
        ])
    func zshCompletesALine(_ line: String, _ completed: String) async throws {
        let folder = try TemporaryFolder("completion")
        try folder.write(try await script("zsh"), to: "_millrace")
        // `zle -C` hands the line to a completion that says what it made of it, in a terminal of its own.
        try folder.write(
            Array(
                """
                zmodload zsh/zpty zsh/zselect
                zpty shell zsh -f -i
                zpty -w shell "fpath=($1 \\$fpath); autoload -U compinit; compinit -u -D"
                zpty -w shell "said() { print -r -- \\$BUFFER > $1/said; exit }; zle -N said; bindkey '^X' said"
                zpty -w -n shell "$2"$'\\t\\x18'
                integer turns=0
                until [[ -s $1/said ]] || (( turns++ > 200 )) { zpty -r -t shell output; zselect -t 5 }
                zpty -d shell
                """.utf8), to: "ask")
        let process = try ChildProcess(
            try Programs.installed("zsh"), ["-f", folder.path("ask"), folder.url.path, line],
            environment: ["TERM": "dumb"])
        _ = try await process.end()
        let said = folder.text("said").split(separator: "\n").first.map(String.init)
        #expect(said.map { $0.hasPrefix(completed) } == true, "\(said ?? "nothing"); \(process.errors)")
    }

    /// The words that a placeholder names are those that the flag takes.
    @Test func placeholdersNameWhatIsAllowed() {
        for command in CommandTable.builtInCommands {
            for flag in command.flags.map(\.entry) {
                for word in CompletionTable.choices(flag.placeholder ?? "") {
                    var reading = OptionReading()
                    _ = flag.read([word], &reading)
                    #expect(reading.faults.isEmpty, "\(command.name) --\(flag.name) \(word)")
                }
            }
        }
    }
}

@Suite struct ManualPageTests {
    @Test func everyCommandAndFlagIsInIt() async throws {
        let run = try await CommandRun.of(["man"])
        #expect(run.code == .success)
        for command in CommandTable.builtInCommands {
            #expect(run.text.contains("\n.SS \(ManualPage.escaped(command.name))"))
            for flag in command.flags.map(\.entry) {
                #expect(run.text.contains("\\-\\-\(ManualPage.escaped(flag.name))"))
            }
        }
        #expect(run.text.utf8.allSatisfy { $0 < 0x80 }, "troff of any age reads it")
    }

    @Test func troffHasNothingAgainstIt() async throws {
        let folder = try TemporaryFolder("manual")
        try folder.write((try await CommandRun.of(["man"])).output, to: "page")
        let groff = try ChildProcess(
            try Programs.installed("groff"), ["-man", "-ww", "-Tutf8", "-P-c", "-P-b", "-P-u", folder.path("page")])
        #expect(try await groff.end() == 0)
        #expect(groff.errors.isEmpty, "\(groff.errors)")
        #expect(groff.output.contains("deadletter show [FLAGS] ID"))
        #expect(groff.output.contains("source <(millrace completion bash)"))
    }

    @Test(arguments: [
        (".TH", "\\&.TH"), ("'x", "\\&\\(aqx"), ("a\\b-c", "a\\eb\\-c"), ("…", "\\[u2026]"),
        ("\u{1F600}", "\\[u1F600]"),
    ])
    func textStandsForItself(_ text: String, _ escaped: String) {
        #expect(ManualPage.escaped(text) == escaped)
    }
}
