import CloudEvents
import QlikTasks
import Testing

/// Listed values, durations and times: kept as written, read when asked for.
@Suite struct ValueTests {
    @Test func documentedValues() throws {
        let listed: [(String, [StaticString], @Sendable (TaskState) -> String?, @Sendable (TaskState) -> Bool?)] = [
            ("usage", TaskUsage.documented, { $0.usage?.rawValue }, { $0.usage?.isDocumented }),
            ("status", TaskStatus.documented, { $0.status?.rawValue }, { $0.status?.isDocumented }),
            ("disabledCode", DisabledCode.documented, { $0.disabledCode?.rawValue }, { $0.disabledCode?.isDocumented }),
            ("resourceType", ResourceType.documented, { $0.resourceType.rawValue }, { $0.resourceType.isDocumented }),
        ]
        #expect(listed.map(\.1.count) == [4, 3, 5, 1])
        for (name, documented, read, isDocumented) in listed {
            for value in documented.map({ "\($0)" }) {
                let event = try TaskData.required.with(name, "\"\(value)\"").event()
                #expect(Reading(event) == .read(tolerated: []))
                #expect(read(try event.task()) == value)
                #expect(isDocumented(try event.task()) == true)
            }
            // Case counts; `K` may be the sign for kelvin, which characters take for equal.
            for value in ["other", "APP", "Succeeded", "manually", "ANALYTICS ", "\u{212A}"] {
                let event = try TaskData.required.with(name, "\"\(value)\"").event()
                #expect(Reading(event) == .read(tolerated: ["unknownEnum:/data/\(name)"]))
                #expect(read(try event.task()).map { Array($0.utf8) } == Array(value.utf8))
                #expect(isDocumented(try event.task()) == false)
            }
            // An escaped letter is that letter.
            let first = "\(documented[0])"
            let unit = String(first.unicodeScalars.first?.value ?? 0, radix: 16)
            let escaped = "\\u" + String(repeating: "0", count: 4 - unit.count) + unit + first.dropFirst()
            #expect(Reading(try TaskData.required.with(name, "\"\(escaped)\"").event()) == .read(tolerated: []))
        }
    }

    @Test func spelledValues() {
        #expect(
            TaskUsage.documented.map { "\($0)" }
                == [
                    TaskUsage.analytics, .dataPreparation, .dataflowPreparation, .singleTablePreparation,
                ].map(\.rawValue))
        #expect(TaskStatus.documented.map { "\($0)" } == [TaskStatus.succeeded, .failed, .aborted].map(\.rawValue))
        #expect(
            DisabledCode.documented.map { "\($0)" }
                == [
                    DisabledCode.manually, .consecutiveFailures, .appScriptUpdated, .ownerDeleted, .ownerDisabled,
                ].map(\.rawValue))
        #expect(ResourceType.documented.map { "\($0)" } == [ResourceType.app.rawValue])
        #expect(TaskStatus(rawValue: "K") != TaskStatus(rawValue: "\u{212A}"))
        #expect(Set([TaskStatus.failed, TaskStatus(rawValue: "failed"), .aborted]).count == 2)
    }

    static let durations: [(text: String, length: Duration?)] = [
        ("PT0S", .zero), ("PT1S", .seconds(1)), ("PT1M2.5S", .seconds(62) + .milliseconds(500)),
        ("PT1,5M", .seconds(90)), ("P1D", .seconds(86_400)), ("P1DT1H", .seconds(90_000)), ("P2W", .seconds(1_209_600)),
        ("PT36H", .seconds(129_600)), ("PT0.000000001S", .nanoseconds(1)), ("P0Y0M1D", .seconds(86_400)),
        ("P0.5W", .seconds(302_400)),
        ("PT0.1234567890123456789S", Duration(secondsComponent: 0, attosecondsComponent: 123_456_789_012_345_678)),
        ("PT9223372036854775807S", .seconds(Int64.max)), ("PT007S", .seconds(7)),
        // Rightly written, of no fixed or no representable length.
        ("P1Y", nil), ("P1M", nil), ("P1Y2M3DT4H5M6S", nil), ("PT9223372036854775808S", nil),
        ("P99999999999999999W", nil), ("PT99999999999999999999999999H", nil),
    ]

    @Test(arguments: durations) func duration(_ text: String, length: Duration?) throws {
        let event = try TaskData.required.with("duration", "\"\(text)\"").event()
        #expect(Reading(event) == .read(tolerated: []))
        #expect(try event.task().duration == text)
        #expect(try event.task().executionTime == length)
    }

    @Test(arguments: [
        "", "string", "P", "PT", "P1DT", "1S", "PT1", "P1", "P1S", "PT1D", "PT1S1M", "PT1M1M", "PT1.5M1S", "PT.5S",
        "PT1.S", "-PT1S", "PT-1S", "+PT1S", "pt1s", "PT1S ", " PT1S", "P1W1D", "P1D1W", "PTT1S", "PT1HT1M", "P1,5DT1H",
        "PT1e3S", "62.5", "00:01:02",
        "P1Y1D1M", "PT１S",
    ]) func noDuration(_ text: String) throws {
        let event = try TaskData.required.with("duration", "\"\(text)\"").event()
        #expect(Reading(event) == .read(tolerated: ["invalidDuration:/data/duration"]))
        #expect(try event.task().duration == text)
        #expect(try event.task().executionTime == nil)
    }

    @Test func times() throws {
        let event = try TaskData.required.with("createdAt", #""2018-10-30T08:06:22.5+01:00""#)
            .with("updatedAt", #""yesterday""#).with("deletedAt", #""""#).event(.deleted)
        #expect(Reading(event) == .read(tolerated: []))
        let task = try event.task()
        #expect(task.createdInstant == Timestamp("2018-10-30T07:06:22.500Z"))
        #expect(task.createdAt == "2018-10-30T08:06:22.5+01:00")
        #expect(task.updatedAt == "yesterday")
        #expect(task.updatedInstant == nil)
        #expect(task.deletedAt == "")
        #expect(task.deletedInstant == nil)
        #expect(try TaskData.required.event().task().createdInstant == nil)
    }

    @Test func timeOfDeletionBeforeDeletion() throws {
        let data = TaskData.required.with("deletedAt", #""2018-10-30T07:06:22Z""#)
        for (kind, tolerated) in [
            (TaskEventKind.created, ["contradictoryDeletedAt"]), (.updated, ["contradictoryDeletedAt"]), (.deleted, []),
        ] {
            #expect(Reading(try data.event(kind)) == .read(tolerated: tolerated))
            #expect(Reading(try data.with("deletedAt", #""""#).event(kind)) == .read(tolerated: []))
            #expect(Reading(try data.with("deletedAt", "null").event(kind)) == .read(tolerated: []))
        }
    }

    @Test func disabledCodeSaysNothing() throws {
        let task = try TaskData.required.with("enabled", "true").with("disabledCode", #""MANUALLY""#).event().task()
        #expect(task.enabled == true)
        #expect(task.disabledCode == .manually)
    }
}
