import Foundation
import Millrace
import MillraceEngine
import MillraceTesting
import Testing

extension Behaviours {
    /// A long backlog of large records, all of which wait for a retry: what is read ahead, at work and waiting stays within
    /// the budget; then all of it is handled. `Scripts/memory` measures the same for long, without a retry.
    static func boundedMemory(on broker: TestBroker) async throws {
        let scene = try Scene("memory", on: broker, partitions: 4)
        let budget = 32
        let size = 100_000
        let perPartition = 400
        // Half of it in the value, half in a header.
        let pad = String(repeating: "x", count: size / 2)
        for partition: Int32 in 0...3 {
            try scene.send(
                try (0..<perPartition).map { number in
                    var event = try Scene.event("\(number)", key: "\(number)", partition: partition) {
                        $0.failUntil = "back"
                    }
                    event.value = event.value.map { $0.dropLast() + Array(#","pad":"\#(pad)"}"#.utf8) }
                    event.headers.append(RecordLine.Header("pad", pad))
                    return event
                })
        }
        let process = try scene.process(
            worker: ", memory: \(budget)MiB, lanes: 1", attempts: 1_000, arguments: ["--log-level", "debug"])
        try await eventually("it stops reading for want of memory") { process.errors.contains("reason=memory") }
        let before = try Self.resident(process)
        // Many attempts more: what waits for a retry does not grow.
        let tried = scene.journal.entries(.failed).count
        try await eventually("it goes on trying") { scene.journal.entries(.failed).count > tried + 1_000 }
        let waiting = try Self.resident(process)
        #expect(waiting <= Double(budget + 64), "\(before), then \(waiting) MiB")
        #expect(Set(scene.journal.places(.started)).count * size < budget << 20, "it holds what it may")
        #expect(scene.journal.entries(.succeeded).isEmpty)

        try scene.open("back")
        for partition: Int32 in 0...3 {
            try await eventually("all is handled", within: .seconds(180)) {
                try scene.committed(partition) == Int64(perPartition)
            }
        }
        let most = try Self.resident(process)
        #expect(most <= Double(budget + 64), "\(most) MiB of a backlog of \(4 * perPartition * size >> 20) MiB")
        #expect(scene.journal.places(.succeeded).count == 4 * perPartition, "each once")
        #expect(Set(scene.journal.places(.succeeded)).count == 4 * perPartition)
        process.signal(SIGTERM)
        #expect(try await process.end() == 0)
        #expect(try scene.letters().isEmpty)
    }

    /// The most that a process ever had resident, in MiB.
    private static func resident(_ process: ChildProcess) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process.identifier)/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return Double(try #require(Int(line.split(separator: " ", omittingEmptySubsequences: true)[1]))) / 1024
    }

    /// Whether the system tells.
    static var canMeasureMemory: Bool { FileManager.default.isReadableFile(atPath: "/proc/self/status") }
}
