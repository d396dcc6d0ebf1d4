import Millrace
import MillraceEngine
import MillraceTesting
import Testing

extension Behaviours {
    /// A letter that is consumed again and fails again five times: where it came from and when it first failed stay,
    /// attempts add up, and the headers do not grow.
    static func failsAgain(on broker: TestBroker) async throws {
        let scene = try Scene("again", on: broker)
        var event = try Scene.event("0", key: "k") {
            $0.rejectCode = "never"
            $0.reasonLength = 3_000
        }
        event.timestamp = 1_700_000_000_123
        event.headers += [RecordLine.Header("trace", nil), RecordLine.Header("trace", "1")]
        // Somebody's own headers of these names, which say nothing of where the record stood.
        event.headers += [RecordLine.Header("millrace-version", "1"), RecordLine.Header("millrace-origin-topic", "x")]
        try scene.send([event])
        let worker = try scene.worker()
        try await scene.waitForCommit(1)
        try await worker.stop()
        let origin = try #require(try scene.records().first)
        let first = try #require(try scene.letters().first)

        // The dead-letter topic as a source, explicitly allowed; what fails again goes where it came from.
        let again = try RunningWorker(
            scene.configuration {
                var source = SourceConfiguration(topic: scene.letterTopic)
                source.isDeadLetterTopic = true
                $0.sources = [source]
                $0.deadLetter.topic = scene.letterTopic
                $0.group += ".again"
            }, until: .events(5))
        #expect(try await again.end().total.deadLettered >= 5)

        let letters = try scene.broker.kcat(scene.letterTopic)
        try #require(letters.count >= 6)
        for (number, letter) in letters.enumerated() {
            #expect(letter.carries(origin), "value, key, timestamp and own headers of letter \(number)")
            let own = letter.headers.dropFirst(origin.headers.count)
            for name in [
                "version", "reason", "processor", "type", "first-failed-at", "origin-topic", "origin-partition",
                "origin-offset", "origin-timestamp", "origin-timestamp-type", "group",
            ] {
                let values = own.filter { $0.name == "millrace-\(name)" }.map(\.value)
                #expect(values == [first["millrace-\(name)"]], "millrace-\(name) of letter \(number)")
            }
            #expect(letter["millrace-attempts"] == "\(number + 1)")
            #expect(own.map(\.name) == first.headers.dropFirst(origin.headers.count).map(\.name))
            let bytes = own.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.utf8.count ?? 0) }
            #expect(bytes <= 4_096, "millrace-* headers of letter \(number)")
            #expect(bytes >= 4_000, "they are not cut more than needed")
        }
        #expect(first["millrace-origin-topic"] == scene.topic && first["millrace-origin-offset"] == "0")
        #expect(first["millrace-origin-partition"] == "0" && first["millrace-group"] == scene.group)
        let times = letters.compactMap { $0["millrace-failed-at"] }
        #expect(times.count == letters.count && times == times.sorted())
        #expect(times[5] > (first["millrace-first-failed-at"] ?? "~"), "it says when it failed last")
    }
}
