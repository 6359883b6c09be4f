// A test in JavaScript that knows nothing of Python: it seeds and scripts by the JSON door, and calls by the AWS SDK.
"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const {
  DescribePipelineExecutionCommand,
  ListPipelineExecutionStepsCommand,
  SageMakerClient,
  StartPipelineExecutionCommand,
  paginateListPipelineExecutions,
} = require("@aws-sdk/client-sagemaker");
const { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } = require("@aws-sdk/client-s3");
const { CreateQueueCommand, ReceiveMessageCommand, SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");

const door = process.env.SMPIPELINE_URL;
const client = new SageMakerClient({});

async function ask(path, members) {
  const answer = await fetch(`${door}/${path}`, members && { method: "POST", body: JSON.stringify(members) });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${body.error.type}: ${body.error.message}`);
  return body;
}

test("a start is what the door has seeded and scripted", async () => {
  await ask("add", { name: "churn", parameters: { Date: { Type: "String" } }, steps: ["Prep", "Train"] });
  await ask("script", { pipeline: "churn", steps: { Train: [{ fail: { reason: "no capacity" } }] } });

  const { PipelineExecutionArn } = await client.send(
    new StartPipelineExecutionCommand({
      PipelineName: "churn",
      PipelineParameters: [{ Name: "Date", Value: "2026-11-22" }],
    }),
  );

  const described = await client.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn }));
  assert.equal(described.PipelineExecutionStatus, "Failed");
  assert.ok(described.CreationTime instanceof Date);
  const { PipelineExecutionSteps } = await client.send(new ListPipelineExecutionStepsCommand({ PipelineExecutionArn }));
  assert.deepEqual(PipelineExecutionSteps.map((step) => step.StepName), ["Train", "Prep"]);

  const { executions } = await ask("executions?pipeline=churn");
  assert.equal(executions[0].arn, PipelineExecutionArn);
  assert.deepEqual(executions[0].parameters, { Date: "2026-11-22" });
  assert.equal(executions[0].steps.Train.reason, "ClientError: no capacity");
});

test("an error of the service is the SDK's own class", async () => {
  const start = new StartPipelineExecutionCommand({ PipelineName: "rank" });

  await assert.rejects(client.send(start), (error) => error.name === "ResourceNotFound" && error.$metadata.httpStatusCode === 400);
});

test("a throttled call is tried again by the SDK", async () => {
  await ask("add", { name: "price", steps: ["Train"] });
  await ask("fault", { operation: "StartPipelineExecution", error: "ThrottlingException" });

  await client.send(new StartPipelineExecutionCommand({ PipelineName: "price" }));

  const { calls } = await ask("calls?operation=StartPipelineExecution");
  assert.deepEqual(calls.slice(-2).map((call) => call.error_code), ["ThrottlingException", null]);
});

test("lists come page by page", async () => {
  await ask("add", { name: "fraud", steps: ["Train"] });
  for (let count = 0; count < 3; count += 1) await ask("start", { pipeline: "fraud" });

  const sizes = [];
  for await (const page of paginateListPipelineExecutions({ client, pageSize: 2 }, { PipelineName: "fraud" })) {
    sizes.push(page.PipelineExecutionSummaries.length);
  }

  assert.deepEqual(sizes, [2, 1]);
});

test("wrong use is refused with the closest name", async () => {
  await assert.rejects(ask("scirpt", {}), /There is no path 'v1\/scirpt'. Did you mean 'script'\?/);
});

test("other services are moto's", async () => {
  const s3 = new S3Client({});
  await s3.send(new CreateBucketCommand({ Bucket: "features" }));
  await s3.send(new PutObjectCommand({ Bucket: "features", Key: "day", Body: "2026-11-22" }));
  const got = await s3.send(new GetObjectCommand({ Bucket: "features", Key: "day" }));
  assert.equal(await got.Body.transformToString(), "2026-11-22");

  const sqs = new SQSClient({});
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "approvals" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "please" }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  assert.equal(Messages[0].Body, "please");
});
