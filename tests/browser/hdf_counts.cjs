// Counts the controls of an HDF file by status, as Heimdall's own library reads it. Usage: node hdf_counts.cjs FILE
"use strict";
const { readFileSync } = require("fs");
const { convertFile, hdfWrapControl } = require("inspecjs");

const results = convertFile(readFileSync(process.argv[2], "utf8"), true);
if (!results["1_0_ExecJson"]) throw results.errors["1_0_ExecJson"];
const counts = {};
for (const control of results["1_0_ExecJson"].profiles[0].controls) {
  const { status } = hdfWrapControl(control);
  counts[status] = (counts[status] || 0) + 1;
}
console.log(JSON.stringify(counts));
