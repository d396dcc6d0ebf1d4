import Millrace

/// The flags of `millrace replay`.
enum ReplayFlags {
    static let topic = Flag.required("topic", letter: "t", "TOPIC", .topic, "A source, or its dead-letter topic.")
    static let from = Flag.optional(
        "from", "BOUND", ReplayBoundText.from, "Where it starts. Not needed to go on with a replay.")
    static let to = Flag.value("to", "BOUND", ReplayBoundText.to, default: .now, "Where it ends, itself left out.")
    static let partitions = Flag.optional("partitions", "LIST", partitionList, "Only these partitions.")
    static let types = Flag.repeated("type", "TYPE", .typePattern, "Only events of this type.")
    static let keys = Flag.repeated("key", "KEY", .string, "Only records with this key.")
    static let processors = Flag.required(
        "processors", "NAMES", .list(of: .string), "The processors that get them: routes of the configuration.")
    static let rate = Flag.optional(
        "rate", "N/s", eventsPerSecond, "Hand over at most so many events, in this process.")
    static let name = Flag.optional(
        "name", "NAME", jobName, "The replay's name: the same name goes on with it, in one process or several.")
    static let dryRun = Flag.toggle("dry-run", "Only say what would be done.")
    static let allowed = Flag.repeated(
        "allow-side-effects", "NAME", .string, "Call this processor although it would have its side effects again.")
    static let createTopics = Flag.toggle("create-topics", "Create a missing dead-letter topic, with retention.ms=-1.")
    static let logLevel = Flag.value(
        "log-level", "LEVEL", .choice(Log.Level.self), default: .warning, "The least level that is logged.")
    static let json = Flag.toggle("json", "Print the result as one JSON object, and log JSON lines.")

    static let all: [any FlagDefinition] =
        [
            topic, from, to, partitions, types, keys, processors, rate, name, dryRun, allowed, createTopics, logLevel,
            json,
        ]
        + ConfigurationFlags.all

    /// `0,2,5-7`.
    static var partitionList: OptionType<[Int32]> {
        OptionType(
            "numbers of partitions such as 0,2,5-7",
            parse: { text in
                var numbers: Set<Int32> = []
                for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                    let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) }
                    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                        first >= 0,
                        first <= last, last < 100_000
                    else { return nil }
                    numbers.formUnion(first...last)
                }
                return numbers.sorted()
            }, text: { $0.map(String.init).joined(separator: ",") })
    }

    /// `200/s`, or the number alone.
    static var eventsPerSecond: OptionType<Int> {
        OptionType(
            "events a second such as 200/s, 1 to 10000000",
            parse: { text in
                let number = text.hasSuffix("/s") ? text.dropLast(2) : text[...]
                return Int(number).flatMap { (1...10_000_000).contains($0) ? $0 : nil }
            }, text: { "\($0)/s" })
    }

    static var jobName: OptionType<String> {
        OptionType(
            "letters, digits, '.', '_' and '-', at most 100", parse: { ReplayJob.isValid(name: $0) ? $0 : nil },
            text: { $0 })
    }
}

extension Invocation {
    /// What is asked for, apart from the range.
    var replayRequest: ReplayRequest {
        ReplayRequest(
            topic: self[ReplayFlags.topic], partitions: self[ReplayFlags.partitions], types: self[ReplayFlags.types],
            keys: self[ReplayFlags.keys].map { Array($0.utf8) }, processors: self[ReplayFlags.processors],
            allowedSideEffects: self[ReplayFlags.allowed].flatMap { $0.split(separator: ",").map(String.init) })
    }

    /// The command that goes on with the replay. A secret that stood on the command line is left out.
    func resumingReplay(_ name: String) -> String {
        var words = [table.program, "replay", "--topic", self[ReplayFlags.topic], "--name", name]
        words += ["--processors", self[ReplayFlags.processors].joined(separator: ",")]
        for type in self[ReplayFlags.types] { words += ["--type", type.text] }
        for key in self[ReplayFlags.keys] { words += ["--key", key] }
        if let rate = self[ReplayFlags.rate] { words += ["--rate", "\(rate)/s"] }
        for processor in self[ReplayFlags.allowed] { words += ["--allow-side-effects", processor] }
        if self[ReplayFlags.json] { words.append("--json") }
        let flags: [Flag<String?>] = [
            ConfigurationFlags.file, ConfigurationFlags.kafka, ConfigurationFlags.group, ConfigurationFlags.admin,
            ConfigurationFlags.connectTimeout,
        ]
        for flag in flags {
            if let text = self[flag] { words += ["--\(flag.entry.name)", text] }
        }
        for text in self[ConfigurationFlags.set] {
            let key = text.prefix { $0 != "=" }
            let isSecret = key.hasPrefix("kafka.") && Configuration.isSecretProperty(String(key.dropFirst(6)))
            words += ["--set", isSecret || key.hasPrefix("routes") ? "\(key)=…" : text]
        }
        return words.map(Self.quoted).joined(separator: " ")
    }

    /// As a shell takes it for one word.
    static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_./:,=@%+".utf8.contains(byte)
                }
            }
        return isPlain ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }
}
