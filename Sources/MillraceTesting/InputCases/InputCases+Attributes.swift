import Millrace

extension InputCases {
    /// Rows 21, 22 and 25 to 28: the values of attributes.
    static let attributes: [InputCase] =
        [
            both(
                21, "30 digits in data",
                InputRecord.event(["data": InputRecord.task(["a": "123456789012345678901234567890"])]),
                .routed()),
            both(21, "1e400 in data", InputRecord.event(["data": InputRecord.task(["a": "1e400"])]), .routed()),
            both(
                21, "an integer over 32 bits", InputRecord.event(["sequence": "4247483647"]),
                .dead("integerOutOfRange:sequence")),
            both(25, "no id", InputRecord.event(["id": nil]), .dead("missingAttribute:id")),
            both(25, "empty id", InputRecord.event(["id": #""""#]), .dead("emptyAttribute:id")),
            both(25, "null id", InputRecord.event(["id": "null"]), .dead("missingAttribute:id")),
            both(25, "number id", InputRecord.event(["id": "25"]), .dead("wrongType:id")),
            both(25, "object id", InputRecord.event(["id": "{}"]), .dead("wrongType:id")),
            both(26, "composed", InputRecord.event(["id": "\"caf\u{E9}\""]), .routed()),
            both(26, "decomposed", InputRecord.event(["id": "\"cafe\u{301}\""]), .routed()),
            differing(
                27, "1.0.2", InputRecord.event(["specversion": #""1.0.2""#]), strict: .dead("unsupportedSpecVersion"),
                qlik: .routed("specversionPatch")),
            both(27, "empty", InputRecord.event(["specversion": #""""#]), .dead("emptyAttribute:specversion")),
            both(27, "number", InputRecord.event(["specversion": "1.0"]), .dead("wrongType:specversion")),
        ]
        + each(22, member: "sequence", ["5.0", "1e2", "42.42"], .dead("notAnInteger:sequence"))
        + each(22, member: "sequence", ["-2147483648", "true"], .routed())
        + each(27, member: "specversion", [#""0.3""#, #""1.1""#, #""3.0""#], .dead("unsupportedSpecVersion"))
        + each(
            28, member: "source",
            [
                ##""#fragment""##, #""com.qlik/my-service""#, #""//a/p""#,
                #""urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66""#,
            ],
            .routed())
        + each(28, member: "source", [#""/a b""#, #""%zz""#, #""http://[::1""#], .dead("invalidUriReference:source"))
        + each(28, member: "source", [#""""#], .dead("emptyAttribute:source"))

    /// Rows 23 and 24: the names of attributes.
    static let names: [InputCase] =
        [
            differing(
                23, "nested extensions", InputRecord.event(["extensions": #"{"userid":"u","tenantid":"t"}"#]),
                strict: .dead("invalidAttributeType:extensions"), qlik: .routed("liftedExtensions")),
            differing(
                23, "nested extensions in camel case",
                InputRecord.event(["extensions": #"{"userId":"u","topLevelResourceId":"r"}"#]),
                strict: .dead("invalidAttributeType:extensions"), qlik: .routed("liftedExtensions")),
            differing(
                23, "nested and top-level that disagree",
                InputRecord.event(["tenantid": #""a""#, "extensions": #"{"tenantid":"b"}"#]),
                strict: .dead("invalidAttributeType:extensions"), qlik: .dead("extensionConflict:tenantid")),
            both(24, "empty name", InputRecord.event(["": #""x""#]), .dead("invalidAttributeName*")),
            differing(
                24, "eventType", InputRecord.event(["eventType": "\"\(InputRecord.createdType)\""]),
                strict: .dead("invalidAttributeName:eventType"), qlik: .routed("legacyAttribute:eventType")),
            both(
                24, "Type for type", InputRecord.event(["type": nil, "Type": "\"\(InputRecord.createdType)\""]),
                .dead("missingAttribute:type")),
            both(24, "25 characters", InputRecord.event(["abcdefghijklmnopqrstuvwxy": #""x""#]), .routed()),
            both(24, "digits only", InputRecord.event(["123": #""x""#]), .routed()),
        ]
        + ["MyExtension", "my.extension", "a_name"].map {
            both(24, $0, InputRecord.event([$0: #""x""#]), .dead("invalidAttributeName:\($0)"))
        }
        + [
            both(0, "header ce_", InputRecord.binary(["ce_": "x"]), .dead("invalidAttributeName*")),
            both(0, "header ce_data", InputRecord.binary(["ce_data": "x"]), .dead("invalidAttributeName*")),
        ]

    /// Row 29: times.
    static let times: [InputCase] =
        each(
            29, member: "time",
            [
                #""2018-10-30t07:06:22z""#, #""2018-10-30T07:06:22.123456789Z""#,
                #""2018-10-30T07:06:22.123456789012345Z""#, #""2018-10-30T07:06:22-00:00""#,
                #""2016-12-31T23:59:60Z""#, #""2018-10-30T07:06:22+05:30""#, #""2020-02-29T00:00:00Z""#,
            ], .routed())
        + each(
            29, member: "time",
            [
                #""2018-10-30T07:06:22""#, #""2018-10-30 07:06:22Z""#, #""2018-10-30T07:06Z""#,
                #""2018-10-30T07:06:22+05""#, #""2018-10-30T07:06:22+25:00""#, #""2018-02-30T07:06:22Z""#,
                #""2018-10-30T24:00:00Z""#, #""2016-12-31T23:58:60Z""#, #""2018-10-30T07:06:22Z ""#,
                #""2018-10-30T07:06:22Zx""#, #""2018-10-30T07:06:22.Z""#, #""""#,
            ], .dead("invalidTimestamp:time"))
        + each(29, member: "time", ["1540883182"], .dead("wrongType:time"))
}
