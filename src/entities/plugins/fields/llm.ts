/** The model behind the ai plugins: which provider, how to log in, what to log. */
import type { Field } from '../../language/define.ts'

export const auth = {
  type: 'record',
  fields: {
    header_name: {
      type: 'string',
      required: false,
      description:
        'If AI model requires authentication via Authorization or API key header, specify its name here.',
      referenceable: true,
    },
    header_value: {
      type: 'string',
      required: false,
      referenceable: true,
      encrypted: true,
      description:
        "Specify the full auth header value for 'header_name', for example 'Bearer key' or just 'key'.",
    },
    param_name: {
      type: 'string',
      required: false,
      description: 'If AI model requires authentication via query parameter, specify its name here.',
      referenceable: true,
    },
    param_value: {
      type: 'string',
      required: false,
      referenceable: true,
      encrypted: true,
      description: "Specify the full parameter value for 'param_name'.",
    },
    param_location: {
      type: 'string',
      required: false,
      description:
        "Specify whether the 'param_name' and 'param_value' options go in a query string, or the POST form/JSON body.",
      one_of: ['query', 'body'],
    },
    gcp_use_service_account: {
      type: 'boolean',
      required: false,
      default: false,
      description: 'Use service account auth for GCP-based providers and models.',
    },
    gcp_service_account_json: {
      type: 'string',
      required: false,
      description:
        'Set this field to the full JSON of the GCP service account to authenticate, if required. If null (and gcp_use_service_account is true), Kong will attempt to read from environment variable `GCP_SERVICE_ACCOUNT`.',
      referenceable: true,
    },
    aws_access_key_id: {
      type: 'string',
      required: false,
      referenceable: true,
      encrypted: true,
      description:
        'Set this if you are using an AWS provider (Bedrock) and you are authenticating using static IAM User credentials. Setting this will override the AWS_ACCESS_KEY_ID environment variable for this plugin instance.',
    },
    aws_secret_access_key: {
      type: 'string',
      required: false,
      referenceable: true,
      encrypted: true,
      description:
        'Set this if you are using an AWS provider (Bedrock) and you are authenticating using static IAM User credentials. Setting this will override the AWS_SECRET_ACCESS_KEY environment variable for this plugin instance.',
    },
    allow_override: {
      type: 'boolean',
      required: false,
      default: false,
      description:
        'If enabled, the authorization header or parameter can be overridden in the request by the value configured in the plugin.',
    },
  },
} as const satisfies Field

export const model = {
  type: 'record',
  fields: {
    provider: {
      type: 'string',
      required: true,
      description:
        'AI provider request format - Kong translates requests to and from the specified backend compatible formats.',
      one_of: [
        'openai',
        'azure',
        'anthropic',
        'cohere',
        'mistral',
        'llama2',
        'gemini',
        'bedrock',
        'huggingface',
      ],
    },
    name: { type: 'string', required: false, description: 'Model name to execute.' },
    options: {
      type: 'record',
      required: false,
      description: 'Key/value settings for the model',
      fields: {
        max_tokens: {
          type: 'integer',
          required: false,
          description: 'Defines the max_tokens, if using chat or completion models.',
        },
        input_cost: {
          type: 'number',
          required: false,
          description: 'Defines the cost per 1M tokens in your prompt.',
          gt: 0,
        },
        output_cost: {
          type: 'number',
          required: false,
          description: 'Defines the cost per 1M tokens in the output of the AI.',
          gt: 0,
        },
        temperature: {
          type: 'number',
          required: false,
          description: 'Defines the matching temperature, if using chat or completion models.',
          between: [0, 5],
        },
        top_p: {
          type: 'number',
          required: false,
          description: 'Defines the top-p probability mass, if supported.',
          between: [0, 1],
        },
        top_k: {
          type: 'integer',
          required: false,
          description: 'Defines the top-k most likely tokens, if supported.',
          between: [0, 500],
        },
        anthropic_version: {
          type: 'string',
          required: false,
          description: 'Defines the schema/API version, if using Anthropic provider.',
        },
        azure_instance: {
          type: 'string',
          required: false,
          description: 'Instance name for Azure OpenAI hosted models.',
        },
        azure_api_version: {
          type: 'string',
          required: false,
          default: '2023-05-15',
          description: "'api-version' for Azure OpenAI instances.",
        },
        azure_deployment_id: {
          type: 'string',
          required: false,
          description: 'Deployment ID for Azure OpenAI instances.',
        },
        llama2_format: {
          type: 'string',
          required: false,
          description: 'If using llama2 provider, select the upstream message format.',
          one_of: ['raw', 'openai', 'ollama'],
        },
        mistral_format: {
          type: 'string',
          required: false,
          description: 'If using mistral provider, select the upstream message format.',
          one_of: ['openai', 'ollama'],
        },
        upstream_url: {
          type: 'string',
          format: 'url',
          required: false,
          description:
            'Manually specify or override the full URL to the AI operation endpoints, when calling (self-)hosted models, or for running via a private endpoint.',
        },
        upstream_path: {
          type: 'string',
          required: false,
          description:
            "Manually specify or override the AI operation path, used when e.g. using the 'preserve' route_type.",
        },
        gemini: {
          type: 'record',
          required: false,
          entity_checks: [{ mutually_required: ['api_endpoint', 'project_id', 'location_id'] }],
          fields: {
            api_endpoint: {
              type: 'string',
              required: false,
              description: 'If running Gemini on Vertex, specify the regional API endpoint (hostname only).',
            },
            project_id: {
              type: 'string',
              required: false,
              description: 'If running Gemini on Vertex, specify the project ID.',
            },
            location_id: {
              type: 'string',
              required: false,
              description: 'If running Gemini on Vertex, specify the location ID.',
            },
          },
        },
        bedrock: {
          type: 'record',
          required: false,
          fields: {
            aws_region: {
              type: 'string',
              required: false,
              description:
                'If using AWS providers (Bedrock) you can override the `AWS_REGION` environment variable by setting this option.',
            },
          },
        },
        huggingface: {
          type: 'record',
          required: false,
          fields: {
            use_cache: {
              type: 'boolean',
              required: false,
              description: 'Use the cache layer on the inference API',
            },
            wait_for_model: {
              type: 'boolean',
              required: false,
              description: 'Wait for the model if it is not ready',
            },
          },
        },
      },
    },
  },
} as const satisfies Field

export const logging = {
  type: 'record',
  fields: {
    log_statistics: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'If enabled and supported by the driver, will add model usage and token metrics into the Kong log plugin(s) output.',
    },
    log_payloads: {
      type: 'boolean',
      required: true,
      default: false,
      description: 'If enabled, will log the request and response body into the Kong log plugin(s) output.',
    },
  },
} as const satisfies Field

/** Bytes of a chat that are read. */
export const largestBody = {
  type: 'integer',
  default: 8192,
  description: 'max allowed body size allowed to be introspected',
  gt: 0,
} as const satisfies Field
