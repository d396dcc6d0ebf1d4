#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs seeds, and says of the first that fails how to see it again.
@main
struct SimulationMain {
    static func main() {
        var arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
        let seeds = arguments.number("--seeds") ?? 10_000
        let from = arguments.number("--from") ?? 0
        let seed = arguments.number("--seed")
        let steps = arguments.text("--steps")
        let patience = arguments.number("--patience") ?? 60
        let isBrief = arguments.flag("--brief")
        if let wrong = arguments.rest.first {
            print("simulate: \(wrong) is unknown")
            exit(64)
        }
        watch()
        if let seed { return replay(seed, steps) }
        for seed in from..<from + seeds {
            begin(seed, patience)
            guard let failure = Failure(seed: seed, isShrunk: false) else { continue }
            if isBrief {
                print("seed \(seed): \(failure.outcome.violations[0])")
            } else {
                // Shrinking runs it many times.
                alarm(0)
                print(Failure(seed: seed)?.text ?? "seed \(seed) failed once and not again")
            }
            exit(1)
        }
        print("seeds \(from) to \(from + seeds - 1): nothing was wrong")
    }

    private static func replay(_ seed: UInt64, _ text: String?) {
        var steps: [Int]?
        if let text {
            steps = text == "none" ? [] : Failure.steps(text)
            if steps == nil {
                print("simulate: --steps takes 0-4,9")
                exit(64)
            }
        }
        begin(seed, 60)
        if let failure = Failure(seed: seed, steps: steps, isShrunk: steps == nil) {
            print(failure.text)
            exit(1)
        }
        for line in Simulation(seed: seed, isTold: true).run(steps ?? Array(0..<Simulation.steps)).script {
            print(line)
        }
        print("seed \(seed): nothing was wrong")
    }

    /// No seed takes longer than so many seconds.
    private static func begin(_ seed: UInt64, _ patience: UInt64) {
        setName(seed)
        alarm(UInt32(clamping: patience))
    }
}

struct Arguments {
    private(set) var rest: [String]

    init(_ all: [String]) { rest = all }

    mutating func text(_ name: String) -> String? {
        guard let index = rest.firstIndex(of: name), index + 1 < rest.count else { return nil }
        defer { rest.removeSubrange(index...index + 1) }
        return rest[index + 1]
    }

    mutating func flag(_ name: String) -> Bool {
        guard let index = rest.firstIndex(of: name) else { return false }
        rest.remove(at: index)
        return true
    }

    mutating func number(_ name: String) -> UInt64? {
        guard let text = text(name) else { return nil }
        if let number = UInt64(text) { return number }
        print("simulate: \(name) takes a number from 0")
        exit(64)
    }
}

/// The name of the seed that runs, ready to be written by a signal's handler: 64 bytes that stay where they are.
nonisolated(unsafe) private let name = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64)
nonisolated(unsafe) private var nameLength = 0

private func setName(_ seed: UInt64) {
    nameLength = name.update(fromContentsOf: Array("seed \(seed): the process ".utf8))
}

/// Says which seed took the process down, or does not end.
private func watch() {
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
        signal(number) { _ in end("crashed\n", status: 3) }
    }
    signal(SIGALRM) { _ in end("does not end\n", status: 4) }
}

/// Nothing here allocates: it runs inside a signal.
private func end(_ what: StaticString, status: Int32) {
    _ = write(STDOUT_FILENO, name.baseAddress, nameLength)
    _ = write(STDOUT_FILENO, what.utf8Start, what.utf8CodeUnitCount)
    _exit(status)
}
