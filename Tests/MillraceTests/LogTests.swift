import Millrace
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct LogTests {
    @Test func nothingIsMadeWithoutASinkOrBelowTheLevel() {
        let made = Mutex(0)
        func message() -> String {
            made.withLock { $0 += 1 }
            return "made"
        }
        let entries = EntryList()
        Log().critical(message(), ["key": "\(message())"])
        #expect(!Log().isEnabled(.critical))
        let log = Log(level: .notice, sink: entries.sink)
        log.info(message(), ["key": "\(message())"])
        #expect(!log.isEnabled(.info))
        #expect(log.isEnabled(.notice))
        #expect(made.withLock { $0 } == 0)
        log.notice(message(), ["key": "\(message())"])
        #expect(made.withLock { $0 } == 2)
        #expect(entries.all.map(\.message) == ["made"])
    }

    @Test func eachMethodLogsAtItsLevel() {
        let entries = EntryList()
        let log = Log(level: .trace, sink: entries.sink)
        log.trace("")
        log.debug("")
        log.info("")
        log.notice("")
        log.warning("")
        log.error("")
        log.critical("")
        #expect(entries.all.map(\.level) == Log.Level.allCases)
        #expect(Log.Level.allCases == Log.Level.allCases.sorted())
        #expect(
            Log.Level.allCases.map(\.rawValue)
                == ["trace", "debug", "info", "notice", "warning", "error", "critical"])
    }

    @Test func metadataOfTheLogStandsFirstAndIsReplacedByTheEntrys() {
        let entries = EntryList()
        let log = Log(sink: entries.sink).with([.group: "g", .topic: "a"]).with(level: .debug)
        log.debug("m", [.topic: "b", .partition: .integer(UInt8(3))])
        #expect(entries.all.first?.metadata == [.group: "g", .topic: "b", .partition: 3])
        var metadata: LogMetadata = [.group: "g", .topic: "a"]
        metadata[.group] = nil
        metadata[.cause] = nil
        #expect(metadata == [.topic: "a"])
        #expect(LogValue.integer(UInt64.max) == .integer(Int64.max))
    }

    @Test func textIsOneLineForPeople() {
        let entry = LogEntry(
            millisecondsSinceEpoch: 1_770_091_506_789, level: .info, message: "partition assigned",
            metadata: [
                .topic: "orders", .partition: 3, "share": 0.5, "yes": true, .cause: #"disk "full" \ so"#, "empty": "",
                "pair": "a=b",
            ])
        #expect(
            line(entry, .text)
                == "2026-02-03T04:05:06.789Z info     partition assigned topic=orders partition=3 share=0.5 yes=true "
                + #"cause="disk \"full\" \\ so" empty="" pair="a=b""# + "\n")
    }

    @Test func jsonIsOneObjectALine() {
        let entry = LogEntry(
            millisecondsSinceEpoch: -1, level: .warning, message: "a \"b\" \\ c",
            metadata: [
                .topic: "orders", .offset: .integer(Int64.min), "share": 0.5, "none": .number(.nan), "yes": true,
                "time": "mine",
            ])
        #expect(
            line(entry, .json)
                == #"{"time":"1969-12-31T23:59:59.999Z","level":"warning","message":"a \"b\" \\ c","topic":"orders","#
                + #""offset":-9223372036854775808,"share":0.5,"none":"nan","yes":true,"time_":"mine"}"# + "\n")
    }

    @Test(arguments: Log.Format.allCases)
    func whatATopicHoldsCannotStartALineOrAnEscapeSequence(format: Log.Format) {
        let hostile = "a\nb\r\tc\u{1B}[31m\u{0}\u{7F}\u{85}\u{9B}\u{2028}\u{202E}\u{2066}é😀"
        let entry = LogEntry(
            millisecondsSinceEpoch: 0, level: .info, message: hostile,
            metadata: [LogKey(hostile): .text(hostile)])
        let written = line(entry, format)
        #expect(written.unicodeScalars.filter { $0.value < 0x20 || $0.value == 0x7F }.map(\.value) == [0x0A])
        #expect(written.hasSuffix("\n"))
        let expected = #"a\nb\r\tc\u001b[31m\u0000\u007f\u0085\u009b\u2028\u202e\u2066é😀"#
        #expect(written.split(separator: expected, omittingEmptySubsequences: false).count == 4)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (1_709_164_800_001, "2024-02-29T00:00:00.001Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func timesAreWrittenInUTC(milliseconds: Int64, text: String) {
        #expect(WallClock.text(milliseconds: milliseconds) == text)
    }

    @Test func linesOfSeveralThreadsDoNotMix() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        let log = Log(sink: Log.Format.text.sink(to: LogOutput(descriptor: ends[1])))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { for _ in 0..<50 { log.info("0123456789") } } }
        }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(ends[0], &bytes, bytes.count)
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 200)
        #expect(lines.allSatisfy { $0.hasSuffix("Z info     0123456789") })
    }

    @Test func aClosedOutputIsNoReasonToStop() {
        #expect(!LogOutput(descriptor: -1).write([1]))
    }

    private func line(_ entry: LogEntry, _ format: Log.Format) -> String {
        var bytes: [UInt8] = []
        format.append(entry, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Keeps what was logged.
final class EntryList: Sendable {
    private let entries = Mutex<[LogEntry]>([])
    var all: [LogEntry] { entries.withLock { $0 } }
    var sink: Log.Sink { { entry in self.entries.withLock { $0.append(entry) } } }
}
