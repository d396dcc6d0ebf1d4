import Millrace

extension InputCases {
    /// Rows 30 to 33: data and its type.
    static let data: [InputCase] =
        [
            differing(
                30, "placeholder", InputRecord.event(["datacontenttype": #""string""#, "data": InputRecord.task()]),
                strict: .dead("invalidMediaType:datacontenttype"), qlik: .routed("placeholderMediaType")),
            both(
                30, "mixed case with a parameter",
                InputRecord.event([
                    "datacontenttype": #""APPLICATION/JSON; CharSet=utf-8""#, "data": InputRecord.task(),
                ]),
                .routed()),
            both(
                30, "text with an object",
                InputRecord.event(["datacontenttype": #""text/plain""#, "data": #"{"a":1}"#]), .dead("dataNotText")),
            both(
                30, "text with a string",
                InputRecord.event(["datacontenttype": #""text/plain""#, "data": #""hello""#]),
                .routed().refusingData("dataSyntax")),
            both(
                30, "empty", InputRecord.event(["datacontenttype": #""""#, "data": "1"]),
                .dead("invalidMediaType:datacontenttype")),
            both(
                31, "data and data_base64", InputRecord.event(["data": "1", "data_base64": #""AAE=""#]),
                .dead("dataConflict")),
            both(
                31, "data_base64 alone", InputRecord.event(["data_base64": #""AAE=""#]),
                .routed().refusingData("dataSyntax")),
            both(31, "bad", InputRecord.event(["data_base64": #""A*E=""#]), .dead("invalidBase64*")),
            both(31, "url-safe", InputRecord.event(["data_base64": #""-_E=""#]), .dead("invalidBase64*")),
            both(31, "unpadded", InputRecord.event(["data_base64": #""AAE""#]), .dead("invalidBase64*")),
            both(
                32, "a string that holds JSON", InputRecord.event(["data": #""{\"a\":1}""#]),
                .routed().refusingData("doubleEncoded")),
            both(33, "no data", InputRecord.event(["data": nil]), .routed().refusingData("dataMissing")),
            both(33, "null data", InputRecord.event(["data": "null"]), .routed().refusingData("dataNull")),
        ]

    /// Rows 34 and 35: types, their aliases, and types without a processor.
    static let types: [InputCase] = [
        differing(
            34, "alias, eventType of another",
            InputRecord.event([
                "type": #""com.qlik.scheduling.tasks.created""#, "eventType": "\"\(InputRecord.deletedType)\"",
            ]),
            strict: .dead("invalidAttributeName:eventType"),
            qlik: .routed("typeByEventType", "legacyAttribute:eventType", type: InputRecord.deletedType)),
        differing(
            34, "alias, eventType unknown",
            InputRecord.event([
                "type": #""com.qlik.scheduling.tasks.created""#,
                "eventType": #""com.qlik.scheduling.task.archived""#,
            ]),
            strict: .dead("invalidAttributeName:eventType"),
            qlik: .dead("noRoute", type: "com.qlik.scheduling.task.archived")),
        differing(
            34, "alias alone", InputRecord.event(["type": #""com.qlik.scheduling.tasks.deleted""#]),
            strict: .dead("noRoute", type: "com.qlik.scheduling.tasks.deleted"),
            qlik: .routed("typeAlias", type: InputRecord.deletedType)),
        differing(
            34, "two canonical names that disagree",
            InputRecord.event(["eventType": "\"\(InputRecord.deletedType)\""]),
            strict: .dead("invalidAttributeName:eventType"), qlik: .dead("typeConflict")),
        differing(
            34, "ce_eventType",
            InputRecord.binary(["ce_eventType": InputRecord.createdType]),
            strict: .routed("headerNameCase:eventtype"), qlik: .routed("legacyAttribute:eventType")),
        both(
            35, "a type without a processor", InputRecord.event(["type": #""com.qlik.scheduling.task.archived""#]),
            .dead("noRoute", type: "com.qlik.scheduling.task.archived")),
        both(
            35, "a type with a solidus", InputRecord.event(["type": #""com.example/a/b""#]),
            .dead("noRoute", type: "com.example/a/b")),
    ]

    /// Beside the table: what is allowed, and what other libraries put on a topic.
    static let fromOtherLibraries: [InputCase] = [
        both(0, "partitionkey unlike the key", InputRecord.event(["partitionkey": #""other""#]), .routed()),
        both(0, "expirytime in the past", InputRecord.event(["expirytime": #""2001-01-01T00:00:00Z""#]), .routed()),
        both(
            0, "over 64 KiB",
            InputRecord.event([
                "data": InputRecord.task(["name": "\"\(String(repeating: "x", count: 70_000))\""])
            ]), .routed()),
        both(0, "booleans in capitals", InputRecord.binary(["ce_sampled": "True"]), .routed()),
        both(
            0, "binary, empty value, no content-type", InputRecord.binary(["content-type": nil], value: ""),
            .routed().refusingData("dataSyntax")),
        both(
            0, "JSON as data_base64", InputRecord.event(["data_base64": #""eyJhIjoxfQ==""#]),
            .routed().refusingData("invalidData:/data/id")),
        both(0, "time written +00:00", InputRecord.event(["time": #""2018-10-30T07:06:22.5+00:00""#]), .routed()),
        both(0, "negative timestamp", negativeTimestamp, .routed()),
        differing(
            0, "as documented", documented, strict: .dead("inv*"),
            qlik: .routed(
                "typeByEventType", "legacyAttribute:eventType", "liftedExtensions", "placeholderMediaType",
                type: InputRecord.updatedType)),
    ]

    private static var negativeTimestamp: RecordLine {
        var record = InputRecord.event([:])
        record.timestamp = -1_000
        return record
    }

    /// Every quirk of the documented hybrid envelope in one event.
    private static let documented = InputRecord.event([
        "type": #""com.qlik.scheduling.tasks.created""#, "eventType": "\"\(InputRecord.updatedType)\"",
        "datacontenttype": #""string""#, "time": #""2025-03-01T12:00:00Z""#,
        "data": InputRecord.task(["enabled": "true"]),
        "extensions": #"{"userid":"u","tenantid":"t","toplevelresourceid":"r"}"#,
    ])
}
